//! The HTML report, read as XML, which it is as well.

use roxmltree::{Document, Node, ParsingOptions};

/// A page without what XML would read differently from HTML: the texts of scripts and styles.
pub(crate) fn without_scripts(text: &str) -> String {
    let mut rest = text.to_owned();
    for element in ["script", "style"] {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let start = rest.find(&open).unwrap_or_else(|| panic!("no {element}")) + open.len();
        let end = start + rest[start..].find(&close).unwrap_or_else(|| panic!("no end of {element}"));
        rest.replace_range(start..end, "");
    }
    rest
}

/// The elements of a page without scripts.
#[track_caller]
pub(crate) fn read(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text of an element.
pub(crate) fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}

/// The element of a class, of which there has to be one.
#[track_caller]
pub(crate) fn of_class<'a, 'i>(node: Node<'a, 'i>, class: &str) -> Node<'a, 'i> {
    let mut found = node.descendants().filter(|node| node.attribute("class") == Some(class));
    let first = found.next().unwrap_or_else(|| panic!("nothing is a {class}"));
    assert_eq!(found.next(), None, "there are several {class}");
    first
}
