//! Who sees a block, behind the tag that opens it.

use gen_lsp_types::{InlayHint, InlayHintParams, Label, Position};

use crate::lsp::{desk::Desk, server::Server};

/// The readers of each condition in a range of a page.
pub(in crate::lsp) fn hints(server: &Server<'_>, params: InlayHintParams) -> Option<Vec<InlayHint>> {
    let desk = Desk::of(server, &params.text_document.uri)?;
    let visibility = desk.site.visibility(desk.page);
    let (start, end) = (desk.offset(params.range.start), desk.offset(params.range.end));
    let mut found = Vec::new();
    for (number, condition) in visibility.conditions.iter().enumerate() {
        let tag = desk.page.tag(number);
        let Some(said) = condition.as_ref().filter(|_| start <= tag.span.end && tag.span.start <= end) else {
            continue;
        };
        let axis = &desk.site.axes[said.axis];
        let seen = visibility.on_axis(Some(number)).and(axis.everybody());
        let names = if seen.is_empty() { "nobody".to_owned() } else { axis.names(seen) };
        found.push(InlayHint {
            position: position(&desk, tag.span.end),
            label: Label::String(names),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    }
    Some(found)
}

fn position(desk: &Desk<'_>, byte: u32) -> Position {
    desk.server.client.encoding.position(&desk.page.source, byte)
}
