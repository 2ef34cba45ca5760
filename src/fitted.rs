//! Lists of just their size.

/// An empty list with room for more items than this is not worth keeping: hardly anybody needs it again.
const KEPT: usize = 1 << 14;

/// Moves a list into one without room for more, and gives back the old one, empty, for others to grow in.
/// `Vec::shrink_to_fit` would not do: heaps leave in place what is at least half full.
pub(crate) fn fit<T>(list: &mut Vec<T>) -> Vec<T> {
    let mut grown = std::mem::take(list);
    list.reserve_exact(grown.len());
    list.append(&mut grown);
    if grown.capacity() > KEPT { Vec::new() } else { grown }
}
