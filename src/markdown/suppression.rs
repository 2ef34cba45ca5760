//! What a page says must not be reported: `<!-- javert-disable-next-line broken-link until=2027-01-31: why -->`, the same
//! in a `comment` shortcode (which also works in code), and `javert: {disable: […]}` in the front matter.

use memchr::memmem;

use super::front_matter::FrontMatter;
use crate::{
    hugo::paths::Day,
    page::{BlockKind, Page, Reading, Suppression, SuppressionForm},
    source::Span,
    value::{Mistake, Value},
};

/// What starts every comment that speaks to us.
const MARK: &str = "javert-";

/// Reads the suppressions in the body of a page, whose HTML comments are these.
pub(super) fn read(page: &Page, comments: &[Span]) -> Vec<Suppression> {
    let mut found = Vec::new();
    let text = page.source.text.as_str();
    for at in memmem::find_iter(text.as_bytes(), MARK) {
        let told = comment_around(page, at, comments).and_then(|(whole, inside)| told(text, whole, inside));
        found.extend(told);
    }
    close(text, &mut found);
    found.into_iter().map(|(_, suppression)| suppression).collect()
}

/// What a comment says: from where to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    NextLine,
    Line,
    Open,
    Enable,
    File,
}

type Told = (Reach, Suppression);

/// The comment that begins with the mark at byte `at`: the whole, and what is inside.
fn comment_around(page: &Page, at: usize, comments: &[Span]) -> Option<(Span, Span)> {
    let text = page.source.text.as_str();
    let before = text[..at].trim_end();
    let place = Span::new(at, at + MARK.len());
    if let Some(head) = before.strip_suffix("<!--") {
        let end = at + text[at..].find("-->")?;
        // In code it is an example.
        let is_seen = comments.iter().any(|comment| comment.contains(place)) || is_unread(page, place);
        return is_seen.then(|| (Span::new(head.len(), end + 3), Span::new(at, end)));
    }
    if !before.ends_with("}}") {
        return None;
    }
    let call = page.calls.iter().find(|call| {
        page.tags[call.open].span.end as usize == before.len()
            && page.tags[call.open].name.eq_ignore_ascii_case("comment")
    })?;
    let inner = call.inner?;
    Some((call.span, Span::new(at, inner.end as usize)))
}

/// Whether a place is in text that is not read as Markdown.
fn is_unread(page: &Page, place: Span) -> bool {
    let around = page.documents.iter().filter(|document| document.span.contains(place));
    let innermost = around.min_by_key(|document| document.span.len());
    innermost.is_some_and(|document| document.reading == Reading::Html)
        && !page.blocks.iter().any(|block| block.kind == BlockKind::Code && block.span.contains(place))
}

/// `javert-disable-next-line broken-link, images until=2027-01-31: reason`
fn told(text: &str, whole: Span, inside: Span) -> Option<Told> {
    let (head, reason) = match text[inside.range()].split_once(':') {
        Some((head, reason)) => (head, Some(reason.trim()).filter(|reason| !reason.is_empty())),
        None => (&text[inside.range()], None),
    };
    let mut words = words(head, inside.start as usize);
    let (command, command_span) = words.next()?;
    let reach = match command {
        "javert-disable-next-line" => Reach::NextLine,
        "javert-disable-line" => Reach::Line,
        "javert-disable" => Reach::Open,
        "javert-enable" => Reach::Enable,
        "javert-disable-file" => Reach::File,
        _ => Reach::Line,
    };
    let mut suppression = Suppression {
        span: whole,
        form: if reach == Reach::Enable { SuppressionForm::Enable } else { SuppressionForm::Comment },
        names: Vec::new(),
        covers: covered(text, whole, reach),
        until: None,
        reason: reason.map(str::to_owned),
        mistake: None,
    };
    if reach == Reach::Line && command != "javert-disable-line" {
        let message = format!(
            "`{command}` is no comment of ours: there are `javert-disable-next-line`, `javert-disable-line`, \
             `javert-disable`, `javert-enable` and `javert-disable-file`"
        );
        suppression.mistake = Some(mistake(command_span, message));
    }
    for (word, span) in words {
        match word.strip_prefix("until=") {
            Some(day) => expire(&mut suppression, day, span),
            None => suppression.names.push((word.to_owned(), span)),
        }
    }
    Some((reach, suppression))
}

fn mistake(span: Span, message: String) -> Mistake {
    Mistake { span, message, duplicate_of: None }
}

fn expire(suppression: &mut Suppression, day: &str, span: Span) {
    match Day::parse(day).filter(|_| day.len() == 10) {
        Some(day) => suppression.until = Some((day, span)),
        None => {
            let message = format!("`{day}` is no date: expected one such as `until=2027-01-31`");
            suppression.mistake = Some(mistake(span, message));
        }
    }
}

/// Words between white space and commas, with their places in the source.
fn words(text: &str, base: usize) -> impl Iterator<Item = (&str, Span)> {
    let start = text.as_ptr() as usize;
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).map(move |word| {
        let at = base + (word.as_ptr() as usize - start);
        (word, Span::new(at, at + word.len()))
    })
}

/// The part of the file that a comment speaks of; for one that stays open, up to the end.
fn covered(text: &str, comment: Span, reach: Reach) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at + 1);
    match reach {
        Reach::File => Span::new(0, text.len()),
        Reach::Line => Span::new(text[..start].rfind('\n').map_or(0, |at| at + 1), line_end(end)),
        Reach::Open | Reach::Enable => Span::new(start, text.len()),
        Reach::NextLine => {
            let mut next = line_end(end);
            // Formatters like to put a blank line behind a comment.
            while next < text.len() && text[next..line_end(next)].trim().is_empty() {
                next = line_end(next);
            }
            Span::new(next, line_end(next))
        }
    }
}

/// Lets every `javert-disable` end where `javert-enable` says so.
fn close(text: &str, found: &mut [Told]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..found.len() {
        match found[index].0 {
            Reach::Open => open.push(index),
            Reach::Enable => {
                let end = found[index].1.span.start;
                let names: Vec<String> = found[index].1.names.iter().map(|(name, _)| name.clone()).collect();
                let mut closes = false;
                open.retain(|&begun| {
                    let own = &mut found[begun].1;
                    let same = names.is_empty()
                        || !own.names.is_empty() && own.names.iter().all(|(name, _)| names.contains(name));
                    if same {
                        own.covers.end = end;
                        closes = true;
                    }
                    !same
                });
                found[index].1.covers = Span::new(text.len(), text.len());
                if !closes {
                    let message = "this enables what is not disabled before it".to_owned();
                    found[index].1.mistake = Some(mistake(found[index].1.span, message));
                }
            }
            _ => {}
        }
    }
}

/// `javert: {disable: [broken-link, {rule: images, reason: …, until: …}]}`, for the whole file.
pub(super) fn in_front_matter(front_matter: &FrontMatter, text: &str) -> Vec<Suppression> {
    let Some(own) = front_matter.fields.entry("javert") else { return Vec::new() };
    let whole = Span::new(0, text.len());
    let blank = |span: Span| Suppression {
        span,
        form: SuppressionForm::FrontMatter,
        names: Vec::new(),
        covers: whole,
        until: None,
        reason: None,
        mistake: None,
    };
    let mut found = Vec::new();
    let mut refuse = |span: Span, message: &str| {
        let suppression = Suppression { mistake: Some(mistake(span, message.to_owned())), ..blank(span) };
        found.push(suppression);
    };
    for entry in own.value.entries().iter().filter(|entry| !entry.key.eq_ignore_ascii_case("disable")) {
        refuse(entry.key_span, &format!("unknown key `{}`: expected `disable`", entry.key));
    }
    if !own.value.is_map() {
        refuse(own.key_span, "expected `disable`: a list of rules");
    }
    for item in own.value.get("disable").map(Value::items).unwrap_or_default() {
        let mut suppression = blank(item.span);
        let text = |key: &str| item.get(key).and_then(|value| Some((value.to_text()?, value.span)));
        match item.to_text().map(|name| (name, item.span)).or_else(|| text("rule")) {
            Some(name) => suppression.names.push(name),
            None => {
                let message = "expected the name of a rule, or `rule`, `reason` and `until`".to_owned();
                suppression.mistake = Some(mistake(item.span, message));
            }
        }
        suppression.reason = text("reason").map(|(reason, _)| reason);
        if let Some((day, span)) = text("until") {
            expire(&mut suppression, &day, span);
        }
        found.push(suppression);
    }
    found
}
