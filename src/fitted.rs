//! Lists of just their size.

/// Moves a list into one without room for more, and gives back the old one, empty. `Vec::shrink_to_fit` would not do:
/// heaps leave in place what is at least half full.
#[expect(clippy::drain_collect, reason = "the old list is to be kept, and the new one to be of its size")]
pub(crate) fn fit<T>(list: &mut Vec<T>) -> Vec<T> {
    let mut grown = std::mem::take(list);
    *list = grown.drain(..).collect();
    grown
}
