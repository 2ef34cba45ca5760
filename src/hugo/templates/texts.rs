//! What functions from text to text leave of it.

use std::rc::Rc;

use super::{
    Exactness,
    collections::union,
    interpret::is_inner,
    value::{Origin, Value},
};

/// Functions that only take white space, affixes or a type off.
pub(super) fn trimmed(name: &str, args: &[Value]) -> Value {
    let literal = |value: &&Value| value.literal().is_none();
    let affix = matches!(name, "strings.TrimPrefix" | "strings.TrimSuffix");
    let subject = if affix { args.last() } else { args.iter().find(literal).or(args.last()) };
    let Some(subject) = subject else { return Origin::Nil.into() };
    // `GetPage` and its like find the same without these.
    let spare = |arg: &Value| matches!(arg.literal(), Some("./" | ".md" | "/_index" | "/index"));
    let dot = args.iter().any(spare);
    let slash = matches!(name, "strings.TrimPrefix" | "strings.TrimLeft")
        && args.iter().any(|arg| arg.literal() == Some("/"));
    subject.flat_map(|origin| match origin {
        Origin::UrlPath(_) if affix && dot => origin.clone().into(),
        Origin::Argument(param, Exactness::Exact) if affix && dot => Origin::UrlPath(param.clone()).into(),
        Origin::Argument(param, Exactness::Exact) if slash => Origin::Unrooted(param.clone()).into(),
        Origin::Argument(..) | Origin::UrlPath(_) if affix => Value::from(origin.clone()).derived(),
        Origin::Inner | Origin::InnerText if name == "htmlEscape" => Origin::InnerCode.into(),
        // `chomp` alone gives HTML where it was given some.
        Origin::Inner if name != "chomp" && !name.starts_with("safe") => Origin::InnerText.into(),
        Origin::InnerCode if matches!(name, "htmlUnescape" | "transform.HTMLUnescape") => {
            Origin::InnerChanged.into()
        }
        Origin::Params => Origin::AnyArgument.into(),
        other => other.clone().into(),
    })
}

pub(super) fn split(args: &[Value]) -> Value {
    let [text, separator] = args else { return union(args).derived() };
    let Some(separator) = separator.literal() else { return text.derived() };
    // What stands in for an argument that is not given says nothing about those that are.
    let given = text.origins().iter().filter(|origin| !matches!(origin, Origin::Literal(_))).cloned();
    let given: Vec<Origin> = given.collect();
    let text = if given.is_empty() { text.clone() } else { given.into_iter().collect() };
    text.flat_map(|origin| match origin {
        Origin::Argument(param, Exactness::Exact) => Origin::List(param.clone(), separator.to_owned()).into(),
        Origin::Lower(inner) => match &**inner {
            Origin::Argument(param, Exactness::Exact) => {
                Origin::Lower(Rc::new(Origin::List(param.clone(), separator.to_owned()))).into()
            }
            other => Value::from(other.clone()).derived(),
        },
        other => Value::from(other.clone()).derived(),
    })
}

pub(super) fn rebase(value: &Value, exactness: Exactness) -> Value {
    value.flat_map(|origin| match origin {
        Origin::Argument(param, known) => {
            Origin::Argument(param.clone(), if *known == Exactness::Exact { exactness } else { *known })
                .into()
        }
        Origin::Unrooted(param) => Origin::Argument(param.clone(), Exactness::Rebased).into(),
        Origin::FoundResource(_) | Origin::FoundPage(_) => origin.clone().into(),
        // Where a constant leads now depends on the base URL.
        other => Value::from(other.clone()).derived(),
    })
}

/// `printf` with a constant format: its text and its values in a row.
pub(super) fn printf(args: &[Value]) -> Value {
    let Some((format, values)) = args.split_first() else { return Origin::Other.into() };
    let Some(format) = format.literal() else { return union(args).derived() };
    let mut parts: Vec<Value> = Vec::new();
    let mut literal = String::new();
    let mut values = values.iter();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let mut flags = String::new();
        let verb = chars.by_ref().find(|c| {
            let flag = c.is_ascii_digit() || "+-# .*[]".contains(*c);
            if flag {
                flags.push(*c);
            }
            !flag
        });
        let quote = verb == Some('q');
        match verb {
            Some('%') => literal.push('%'),
            Some(verb) => {
                let value = values.next().cloned().unwrap_or_else(|| Origin::Other.into());
                if quote {
                    literal.push('"');
                }
                parts.push(Value::from(Origin::Literal(std::mem::take(&mut literal).into())));
                let plain = flags.is_empty() && matches!(verb, 's' | 'v' | 'q' | 'd');
                parts.push(if plain { value } else { value.derived() });
                if quote {
                    literal.push('"');
                }
            }
            None => {}
        }
    }
    parts.push(Origin::Literal(literal.into()).into());
    parts.retain(|part| part.literal() != Some(""));
    match parts.as_slice() {
        [] => Origin::Literal("".into()).into(),
        [only] => only.clone(),
        _ => Value::concat(parts),
    }
}

/// `markdownify`, `RenderString`.
pub(super) fn markdown(value: &Value) -> Value {
    value.flat_map(|origin| match origin {
        Origin::Inner | Origin::InnerText => Origin::InnerMarkdown.into(),
        Origin::Argument(param, Exactness::Exact) => Origin::Rendered(param.clone()).into(),
        Origin::Concat(parts, _) => {
            Origin::Concat(Rc::new(parts.iter().map(markdown_part).collect()), true).into()
        }
        Origin::Literal(_)
        | Origin::InnerMarkdown
        | Origin::Rendered(_)
        | Origin::Content
        | Origin::Stored => origin.clone().into(),
        Origin::Each(value) => markdown(value),
        other => Value::from(other.clone()).derived(),
    })
}

/// A destination inside stays what it is; see `Place::Destination`.
fn markdown_part(value: &Value) -> Value {
    value.map(|origin| match origin {
        Origin::Inner | Origin::InnerText => Origin::InnerMarkdown,
        other => other.clone(),
    })
}

/// `absURL` and `relURL`, or, with the `prefix` of a language, `absLangURL` and `relLangURL`; the base URL ends with a slash.
/// Hugo: `helpers/url.go`, `common/paths/url.go`.
pub(super) fn rebased(base_url: &str, prefix: &str, text: &str, relative: bool) -> Option<String> {
    let host = base_url.find("//")? + 2;
    let path = host + base_url[host..].find('/')?;
    let has_scheme = text.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    let own = text.strip_prefix(base_url).filter(|_| relative);
    if own.is_none() && (has_scheme || text.starts_with("//")) {
        return Some(text.to_owned());
    }
    let base = if text.starts_with('/') { "/" } else { &base_url[path..] };
    let text = own.unwrap_or(text);
    let prefix = prefix.trim_matches('/');
    let unrooted = text.strip_prefix('/').unwrap_or(text);
    let is_there = unrooted.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let inside = if prefix.is_empty() || is_there { text.to_owned() } else { format!("{prefix}/{text}") };
    if relative {
        // It takes all of the text for a path.
        return Some(joined(base, &inside, text.is_empty() || text.ends_with('/')));
    }
    let end = inside.find(['?', '#']).unwrap_or(inside.len());
    let (inside, rest) = inside.split_at(end);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    // All else may be escaped, and what is empty left out.
    let is_written = inside.bytes().all(is_plain) && !rest.ends_with(['?', '#']) && !rest.contains('%');
    is_written.then(|| {
        let all = joined(base, inside, text.is_empty() || inside.ends_with('/'));
        format!("{}{all}{rest}", &base_url[..path])
    })
}

/// Go's `path.Join` of an absolute path and one below it.
fn joined(base: &str, inside: &str, has_slash: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(inside.split('/')) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    let slash = if has_slash && !parts.is_empty() { "/" } else { "" };
    format!("/{}{slash}", parts.join("/"))
}

/// A value that is filled up to more than this is not worked out.
const MAX_WIDTH: usize = 1000;

/// `printf` of values that are known, for the verbs that are common. Numbers are kept as text.
pub(super) fn formatted(format: &str, values: &[Value]) -> Option<String> {
    let (mut out, mut rest, all) = (String::new(), format, values);
    let (mut values, mut is_indexed) = (all.iter(), false);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // `%[2]s` goes on with the second one.
        if let Some((index, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            (values, is_indexed, rest) =
                (all.get(index.parse::<usize>().ok()?.checked_sub(1)?..)?.iter(), true, behind);
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (flags, verb) = (&rest[..end], rest[end..].chars().next()?);
        rest = &rest[end + verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        let value = values.next()?;
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let text = match (verb, value.only()?) {
            ('v', Origin::Nil) => "<nil>".to_owned(),
            ('s' | 'd', Origin::Nil) => format!("%!{verb}(<nil>)"),
            ('v', Origin::Bool(flag)) => flag.to_string(),
            ('s' | 'v', Origin::Literal(text)) => text.to_string(),
            ('d', Origin::Literal(text)) if is_number(text) => text.to_string(),
            ('q', Origin::Literal(text))
                if !text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) =>
            {
                format!("\"{text}\"")
            }
            _ => return None,
        };
        let width: usize = if flags.is_empty() { 0 } else { flags.parse().ok()? };
        if width > MAX_WIDTH {
            return None;
        }
        // Text is filled up with blanks, whatever the flag.
        let fill = if flags.starts_with('0') && is_number(&text) { '0' } else { ' ' };
        out.extend(std::iter::repeat_n(fill, width.saturating_sub(text.chars().count())));
        out.push_str(&text);
    }
    out.push_str(rest);
    (is_indexed || values.next().is_none()).then_some(out)
}

/// `highlight`: whatever it is given comes out as code.
pub(super) fn code(value: &Value) -> Value {
    value.flat_map(|origin| {
        let derived = Value::from(origin.clone()).derived();
        match derived.any(is_inner) {
            true => Origin::InnerCode.into(),
            false => derived.map(|leaf| match leaf {
                Origin::Content | Origin::Opaque => Origin::Other,
                other => other.clone(),
            }),
        }
    })
}
