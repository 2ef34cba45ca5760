//! Lists of just their size.

/// Moves a list into one without room for more, and gives back the old one, empty. `Vec::shrink_to_fit` would not do:
/// heaps leave in place what is at least half full.
pub(crate) fn fit<T>(list: &mut Vec<T>) -> Vec<T> {
    let mut grown = std::mem::take(list);
    list.reserve_exact(grown.len());
    list.append(&mut grown);
    grown
}
