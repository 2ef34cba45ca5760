//! What functions from text to text make of text that is known.

use regex::Captures;

use super::{
    destination::parts as address,
    files::known_text,
    fixed::list,
    interpret::Interpreter,
    known::{Place, literal},
    patterns::Pattern,
    texts::rebased,
    value::{Origin, Value},
};
use crate::hugo::anchors::slug;

/// Text that grows longer is not worked out.
const MOST: usize = 10_000;

/// `replaceRE`; text that was safe is no longer.
pub(super) fn replaced(pattern: &Value, new: &Value, value: &Value) -> Option<Value> {
    let (pattern, text) = (Pattern::of(pattern.literal()?)?, known_text(value)?);
    let Some(pattern) = pattern.on(&text)?.filter(|pattern| pattern.is_match(&text)) else {
        return Some(if value.literal().is_some() { value.clone() } else { literal(&text) });
    };
    let new = match new.only()? {
        Origin::Literal(new) => new.to_string(),
        Origin::Bool(new) => new.to_string(),
        Origin::Nil => String::new(),
        _ => return None,
    };
    Some(literal(&pattern.replace_all(&text, new)))
}

impl Interpreter<'_> {
    /// What a function from text to text makes of text that is known.
    pub(super) fn text(&self, name: &str, args: &[Value]) -> Option<Value> {
        let words: Option<Vec<&str>> = args.iter().map(Value::literal).collect();
        let words = words?;
        let text = match (name, words.as_slice()) {
            ("lower", [text]) => text.to_lowercase(),
            ("upper", [text]) => text.to_uppercase(),
            ("trimSpace" | "chomp", [text]) => text.trim().to_owned(),
            // Text without tags stays as it is. Hugo: `tpl/template.go`, `StripHTML`.
            ("plainify" | "transform.Plainify", [text]) if !text.contains(['<', '>']) => (*text).to_owned(),
            ("replace" | "strings.Replace", [text, old, new]) => text.replace(old, new),
            ("replace" | "strings.Replace", [text, old, new, count]) => {
                text.replacen(old, new, count.parse().ok()?)
            }
            ("strings.TrimPrefix", [prefix, text]) => text.strip_prefix(prefix).unwrap_or(text).to_owned(),
            ("strings.TrimSuffix", [suffix, text]) => text.strip_suffix(suffix).unwrap_or(text).to_owned(),
            ("trim", [text, cut]) => text.trim_matches(|c| cut.contains(c)).to_owned(),
            ("anchorize" | "urls.Anchorize", [text]) => slug(text, self.known?.id_type).unwrap_or_default(),
            ("urlize" | "urls.URLize", [text]) => {
                let path = self.known?.paths?.sanitize(text);
                // Everything else is escaped.
                (path.is_ascii() && !path.contains(['%', '\\'])).then_some(())?;
                // An empty fragment is none.
                path.strip_suffix('#').unwrap_or(&path).to_owned()
            }
            ("absURL" | "relURL", [text]) => rebased(self.known?.base_url, "", text, name == "relURL")?,
            ("absLangURL" | "relLangURL", [text]) => {
                let prefix = self.known?.ask(Place::LanguagePrefix);
                rebased(self.known?.base_url, prefix, text, name == "relLangURL")?
            }
            ("string" | "print", [text]) => (*text).to_owned(),
            ("findRE" | "strings.FindRE", [pattern, text, limit @ ..]) => {
                let pattern = Pattern::of(pattern)?;
                let found = pattern.on(text)?.into_iter().flat_map(|own| own.find_iter(text));
                let found = found.map(|found| literal(found.as_str()));
                return Some(list(found.take(at_most(limit)?).collect()));
            }
            ("findRESubmatch" | "strings.FindRESubmatch", [pattern, text, limit @ ..]) => {
                let pattern = Pattern::of(pattern)?;
                let found = pattern.on(text)?.into_iter().flat_map(|own| own.captures_iter(text));
                let groups = |found: Captures<'_>| {
                    list(found.iter().map(|group| literal(group.map_or("", |own| own.as_str()))).collect())
                };
                return Some(list(found.map(groups).take(at_most(limit)?).collect()));
            }
            ("substr" | "strings.Substr", [text, start]) => part(text, start.parse().ok()?, None)?,
            ("substr" | "strings.Substr", [text, start, length]) => {
                part(text, start.parse().ok()?, Some(length.parse().ok()?))?
            }
            ("strings.TrimLeft", [cut, text]) => text.trim_start_matches(|c| cut.contains(c)).to_owned(),
            ("strings.TrimRight", [cut, text]) => text.trim_end_matches(|c| cut.contains(c)).to_owned(),
            ("strings.Repeat", [count, text]) => {
                text.repeat(count.parse().ok().filter(|count| count * text.len() < MOST)?)
            }
            ("strings.Count", [part, text]) if !part.is_empty() => text.matches(part).count().to_string(),
            ("path.BaseName", [text]) => {
                let name = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                name.rfind('.').map_or(name, |at| &name[..at]).to_owned()
            }
            ("urls.Parse", [text]) => return address(text),
            ("urls.JoinPath", [base, more @ ..]) => joined(base, more)?,
            ("add" | "sub" | "mul" | "math.Add" | "math.Sub" | "math.Mul", [first, more @ ..]) => {
                let mut sum: i64 = first.parse().ok()?;
                for number in more {
                    let number: i64 = number.parse().ok()?;
                    sum = match name.trim_start_matches("math.").to_lowercase().as_str() {
                        "add" => sum.checked_add(number)?,
                        "sub" => sum.checked_sub(number)?,
                        _ => sum.checked_mul(number)?,
                    };
                }
                sum.to_string()
            }
            ("split", [text, separator]) if !separator.is_empty() => {
                return Some(list(text.split(separator).map(literal).collect()));
            }
            ("hasPrefix", [text, prefix]) => return Some(Origin::Bool(text.starts_with(prefix)).into()),
            ("hasSuffix" | "strings.HasSuffix", [text, suffix]) => {
                return Some(Origin::Bool(text.ends_with(suffix)).into());
            }
            _ => return None,
        };
        Some(literal(&text))
    }

    /// `i18n`
    pub(super) fn message(&self, key: &Value, context: &[Value]) -> Option<Value> {
        let find = self.known?.messages?;
        Some(literal(&find(key.literal()?, !context.is_empty())?))
    }
}

/// So many matches at most, where a template says it; less than none are all.
fn at_most(limit: &[&str]) -> Option<usize> {
    match limit {
        [] => Some(usize::MAX),
        [limit] => Some(usize::try_from(limit.parse::<i64>().ok()?).unwrap_or(usize::MAX)),
        _ => None,
    }
}

/// `substr`, which may count from the end. Hugo: `tpl/strings/strings.go`.
fn part(text: &str, start: i64, length: Option<i64>) -> Option<String> {
    let count = i64::try_from(text.chars().count()).ok()?;
    let from = if start < 0 { (count + start).max(0) } else { start };
    let to = match length {
        None => count,
        Some(0) => from,
        Some(length) if length < 0 => count + length,
        Some(length) => from.checked_add(length)?.min(count),
    };
    let (from, length) = (usize::try_from(from).ok()?, usize::try_from(to - from).unwrap_or(0));
    Some(text.chars().skip(from).take(length).collect())
}

/// `urls.JoinPath`, where no element leads upwards. Go: `net/url`.
fn joined(base: &str, more: &[&str]) -> Option<String> {
    let is_plain = |text: &str| !text.contains(['?', '#', '%', ' ']) && !text.contains("..");
    let (origin, path) = match base.find("://") {
        Some(at) => base.split_at(base[at + 3..].find('/').map_or(base.len(), |end| at + 3 + end)),
        None => ("", base),
    };
    let parts: Vec<&str> = std::iter::once(path).chain(more.iter().copied()).collect();
    if !parts.iter().all(|part| is_plain(part)) || parts.iter().all(|part| part.is_empty()) {
        return None;
    }
    let names: Vec<&str> =
        parts.iter().flat_map(|part| part.split('/')).filter(|name| !name.is_empty()).collect();
    if names.contains(&".") {
        return None;
    }
    let first = if origin.is_empty() && !parts[0].starts_with('/') { "" } else { "/" };
    let last =
        if parts.last().is_some_and(|part| part.ends_with('/')) && !names.is_empty() { "/" } else { "" };
    Some([origin, first, &names.join("/"), last].concat())
}
