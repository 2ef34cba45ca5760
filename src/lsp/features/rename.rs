//! New names for the ids of headings and for files, and what changes with them.

use gen_lsp_types::{
    PrepareRenamePlaceholder, PrepareRenameResult, RenameFilesParams, RenameParams,
    TextDocumentPositionParams, WorkspaceEdit,
};
use lsp_server::ErrorCode;

use super::jump::links_to;
use crate::{
    lsp::{
        convert::path_of,
        desk::{Desk, Edits},
        dispatch::Fault,
        server::Server,
    },
    page::{Heading, Link, Page},
    site::notes::fragment_of,
    source::Span,
};

/// What can be renamed under the cursor: the id of a heading.
pub(in crate::lsp) fn prepare(
    server: &Server<'_>,
    params: TextDocumentPositionParams,
) -> Option<PrepareRenameResult> {
    let (desk, byte) = Desk::at(server, &params)?;
    let heading = desk.heading_at(byte)?;
    let placeholder = desk.id_of(heading)?.to_owned();
    let own = &desk.page.headings[heading];
    let span = id_place(desk.page, own).unwrap_or(own.span);
    let range = desk.range(span);
    Some(PrepareRenamePlaceholder { range, placeholder }.into())
}

/// Gives a heading another id, and all links to it.
pub(in crate::lsp) fn rename(server: &Server<'_>, params: RenameParams) -> Result<WorkspaceEdit, Fault> {
    let refuse = |message: &str| Fault { code: ErrorCode::RequestFailed, message: message.to_owned() };
    let (desk, byte) = Desk::at(server, &params.text_document_position_params)
        .ok_or_else(|| refuse("that is no page of a site"))?;
    let heading = desk.heading_at(byte).ok_or_else(|| refuse("only the ids of headings can be renamed"))?;
    let own = &desk.page.headings[heading];
    let old = desk.id_of(heading).ok_or_else(|| refuse("the heading's id is not known"))?;
    let new = params.new_name.trim().trim_start_matches('#');
    if new.is_empty() || new.contains(|c: char| c.is_whitespace() || "{}\"'<>#".contains(c)) {
        return Err(refuse("an id is a word without spaces, quotes and braces"));
    }
    let index = desk.site.index(desk.page);
    if new != old && !desk.site.anchors[index].with_id(new).is_empty() {
        return Err(refuse(&format!("the page has the id `{new}` already")));
    }
    if !desk.site.editions.iter().all(|edition| edition.config.goldmark.heading_attributes) {
        return Err(refuse("the site's configuration does not let headings have ids of their own"));
    }
    let mut edits = Edits::new();
    let at_heading = match id_place(desk.page, own) {
        Some(place) => (place, new.to_owned()),
        None => {
            let end = end_of_words(desk.page, own);
            (Span::new(end, end), format!(" {{#{new}}}"))
        }
    };
    edits.entry(desk.page.path().to_owned()).or_default().push(at_heading);
    for (from, link) in links_to(desk.site, desk.page, Some(old)) {
        if let Some(place) = fragment_place(from, link) {
            edits.entry(from.path().to_owned()).or_default().push((place, new.to_owned()));
        }
    }
    for places in edits.values_mut() {
        places.sort();
        places.dedup();
    }
    Ok(desk.edit(edits))
}

/// Where the id of a heading is written, without its `#`.
fn id_place(page: &Page, heading: &Heading) -> Option<Span> {
    let (id, span) = heading.id.as_ref()?;
    let written = page.source.slice(*span);
    let at = span.start as usize + written.find(id.as_str())?;
    Some(Span::new(at, at + id.len()))
}

/// Where the words of a heading end: an id comes behind them, before closing marks and underlines.
fn end_of_words(page: &Page, heading: &Heading) -> usize {
    let text = page.source.slice(heading.span);
    let first = text.lines().next().unwrap_or_default();
    let words = if text.starts_with('#') {
        let trimmed = first.trim_end();
        let bare = trimmed.trim_end_matches('#');
        // Marks that close a heading are behind a space.
        if bare.ends_with([' ', '\t']) { bare.trim_end() } else { trimmed }
    } else {
        first.trim_end()
    };
    heading.span.start as usize + words.len()
}

/// Where the fragment of a link is written.
fn fragment_place(page: &Page, link: &Link) -> Option<Span> {
    let place = page.written(link)?;
    let written = page.source.slice(place);
    let (_, fragment) = written.split_once('#')?;
    let end = place.end as usize;
    // What is not as it stands there is not for us to change.
    let known = fragment_of(link)?;
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
    (decoded == known).then(|| Span::new(end - fragment.len(), end))
}

/// What changes with the names of files: links to pages that are published elsewhere by then.
pub(in crate::lsp) fn files(server: &Server<'_>, params: RenameFilesParams) -> Option<WorkspaceEdit> {
    let mut all: Option<WorkspaceEdit> = None;
    for file in params.files {
        let Some(desk) = Desk::of(server, &file.old_uri) else { continue };
        let Some(new) = path_of(&file.new_uri).and_then(|path| server.locate(&path)) else { continue };
        if new.root != *desk.root() || !new.path.ends_with(".md") {
            continue;
        }
        let Some(after) = server.imagine(&desk, &new.path) else { continue };
        let edits = super::moved::edits(&desk, &after, &new.path);
        let edit = desk.edit(edits);
        all = Some(match all {
            None => edit,
            Some(before) => merged(before, edit),
        });
    }
    all
}

/// Two edits as one.
fn merged(mut one: WorkspaceEdit, other: WorkspaceEdit) -> WorkspaceEdit {
    if let Some(more) = other.document_changes {
        one.document_changes.get_or_insert_default().extend(more);
    }
    for (uri, edits) in other.changes.into_iter().flatten() {
        one.changes.get_or_insert_default().entry(uri).or_default().extend(edits);
    }
    one
}
