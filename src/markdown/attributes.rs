//! Lines of attributes (`{#id .class}`) that belong to the block above them. They are no text, so they are taken out
//! before Markdown is read. Hugo: `markup/goldmark/internal/extensions/attributes/attributes.go`.

use std::{borrow::Cow, ops::Range};

use crate::hugo::anchors::trailing_attributes;

/// A line of attributes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AttributeLine {
    /// The id, if it gives one to the block above, and where.
    pub(super) id: Option<(String, usize)>,
    /// Whether the block above is text, which has no element of its own where it stands in a tight list.
    pub(super) is_of_text: bool,
    /// The attributes, with all behind them, and the line's beginning where it may not be left empty.
    range: Range<usize>,
}

/// What stands above a line, in the same paragraph or block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// An empty line, or the start of what the line is in.
    Nothing,
    /// Text, in so many quotations and so many other containers.
    Text(usize, usize),
    /// Something else that takes attributes.
    Block,
    /// A heading, which has an id already, or code, which has its attributes on its first line.
    Closed,
    /// HTML, which goes on to the next empty line.
    Html,
}

/// The lines of attributes in a document.
pub(super) fn lines(text: &str) -> Vec<AttributeLine> {
    let mut found = Vec::new();
    if !has_attributes(text) {
        return found;
    }
    let mut containers = Containers::default();
    let mut fence: Option<&str> = None;
    let mut above = Above::Nothing;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let (own, quotes) = unquoted(line);
        let quoted = line.len() - own.len();
        let inside = own.trim();
        if inside.is_empty() {
            above = if fence.is_some() { above } else { Above::Nothing };
            continue;
        }
        let indent = own.len() - own.trim_start().len();
        let marks = &inside[..inside.len() - inside.trim_start_matches(['`', '~']).len()];
        if let Some(open) = fence {
            if marks.starts_with(open) && marks == inside {
                (fence, above) = (None, Above::Closed);
            }
            continue;
        }
        if above == Above::Html {
            continue;
        }
        let in_text = matches!(above, Above::Text(..));
        if !containers.enter(indent) {
            // More blanks go on with a paragraph, or make code.
            above = if in_text { above } else { Above::Closed };
            continue;
        }
        if inside.starts_with('{')
            && let Some(attributes) = trailing_attributes(inside).filter(|own| own.start == 0)
        {
            let takes_it = matches!(above, Above::Text(..) | Above::Block);
            let at = line_start + quoted + indent;
            let id = attributes.id.map(|(id, place)| (id, at + place)).filter(|_| takes_it);
            let is_of_text = above == Above::Text(quotes, containers.0.len());
            // An empty line in its place would make a list loose, and ends a paragraph that goes on below.
            let behind = unquoted(text[start..].lines().next().unwrap_or_default()).0.trim_start();
            let is_end = takes_it && (behind.is_empty() || marker(behind, false).is_some());
            let from = if is_end { text[..line_start].trim_end().len() } else { at };
            found.push(AttributeLine { id, is_of_text, range: from..line_start + line.trim_end().len() });
            // What follows is a block of its own, but more attributes are of the same one.
            continue;
        }
        if is_rule(inside) && !(in_text && is_underline(inside)) {
            above = Above::Block;
            continue;
        }
        let (content, is_new) = containers.open(inside, indent, in_text);
        let marks = &content[..content.len() - content.trim_start_matches(['`', '~']).len()];
        let is_definition = !in_text && content.starts_with('[') && content.contains("]:");
        above = if content.is_empty() || is_definition || is_new && content.starts_with('{') {
            Above::Nothing
        } else if marks.len() >= 3 {
            fence = Some(marks);
            Above::Nothing
        } else if content.starts_with('#') || in_text && !is_new && is_underline(content) {
            Above::Closed
        } else if opens_html(content) {
            Above::Html
        } else if content.starts_with('|') {
            Above::Block
        } else {
            Above::Text(quotes, containers.0.len())
        };
    }
    found
}

/// A line without the marks of quotations before it, and how many there are.
fn unquoted(line: &str) -> (&str, usize) {
    let (mut rest, mut quotes) = (line, 0);
    while let Some(inside) =
        rest.trim_start_matches(' ').strip_prefix('>').filter(|own| rest.len() - own.len() < 5)
    {
        rest = inside.strip_prefix(' ').unwrap_or(inside);
        quotes += 1;
    }
    (rest, quotes)
}

/// Whether a line is a thematic break. CommonMark, §4.1.
fn is_rule(line: &str) -> bool {
    ['*', '-', '_']
        .iter()
        .any(|sign| line.matches(*sign).count() >= 3 && line.trim_matches([*sign, ' ', '\t']).is_empty())
}

/// Whether a line makes a heading of the text above it.
fn is_underline(line: &str) -> bool {
    ['=', '-'].iter().any(|sign| line.trim_start_matches(*sign).is_empty())
}

/// Elements with which a block of HTML starts, whatever follows them.
const BLOCKS: &str = " address article aside base basefont blockquote body caption center col colgroup dd details dialog dir \
     div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li \
     link main menu menuitem nav noframes ol optgroup option p param pre script search section style summary table tbody td \
     textarea tfoot th thead title tr track ul ";

/// Whether a line starts a block of HTML, which goes on to an empty line; any other tag does so where it stands alone.
/// CommonMark, §4.6.
fn opens_html(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else { return false };
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    let is_alone = || line.ends_with('>') && line.matches('<').count() == 1 && !line.contains(':');
    let is_block = || BLOCKS.contains(&format!(" {} ", name.to_ascii_lowercase()));
    rest.starts_with(['!', '?']) || !name.is_empty() && (is_block() || is_alone())
}

/// The list items, definitions and footnotes that a line may be in, by the column at which their content starts.
#[derive(Default)]
struct Containers(Vec<usize>);

impl Containers {
    /// Leaves those that a line with this indent is not in; whether it may be a block of its own, and is not indented more.
    fn enter(&mut self, indent: usize) -> bool {
        while self.0.last().is_some_and(|column| indent < *column) {
            self.0.pop();
        }
        indent - self.0.last().unwrap_or(&0) < 4
    }

    /// Opens those that a line starts: what is in them, and whether there are any.
    fn open<'t>(&mut self, line: &'t str, indent: usize, in_text: bool) -> (&'t str, bool) {
        let (mut rest, mut column, mut is_new) = (line, indent, false);
        while let Some((marker, content)) = marker(rest, in_text && !is_new) {
            let behind = &rest[marker..];
            let blanks = behind.len() - behind.trim_start_matches(' ').len();
            column += content.unwrap_or(marker + if (1..5).contains(&blanks) { blanks } else { 1 });
            self.0.push(column);
            is_new = true;
            rest = behind.trim_start();
        }
        (rest, is_new)
    }
}

/// The length of the mark with which an item, a definition or a footnote starts, and how much its content is indented where
/// that does not follow from it.
fn marker(line: &str, in_text: bool) -> Option<(usize, Option<usize>)> {
    let bytes = line.as_bytes();
    let is_over = |at: usize| bytes.get(at).is_none_or(|byte| *byte == b' ');
    if line.starts_with("[^") {
        let end = line.find("]:")?;
        return (!line[2..end].contains([' ', ']'])).then_some((end + 2, Some(4)));
    }
    if matches!(bytes.first(), Some(b'-' | b'+' | b'*')) || bytes.first() == Some(&b':') && in_text {
        return is_over(1).then_some((1, None));
    }
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_marker = (1..10).contains(&digits) && matches!(bytes.get(digits), Some(b'.' | b')'));
    (is_marker && is_over(digits + 1)).then_some((digits + 1, None))
}

/// Whether there is a line of attributes at all, which most documents have not: quicker than to look at every line.
fn has_attributes(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
        let line = memchr::memrchr(b'\n', &rest.as_bytes()[..at]).map_or(0, |newline| newline + 1);
        let next = memchr::memchr(b'\n', &rest.as_bytes()[at..]);
        let end = next.map_or(rest.len(), |next| at + next + 1);
        if rest[line..at].trim_start_matches([' ', '\t', '>']).is_empty()
            && trailing_attributes(&rest[at..end]).is_some_and(|own| own.start == 0)
        {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

/// A document without its lines of attributes; offsets stay.
pub(super) fn without<'t>(text: &'t str, lines: &[AttributeLine]) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for line in lines {
        let blank = " ".repeat(line.range.len());
        text.to_mut().replace_range(line.range.clone(), &blank);
    }
    text
}
