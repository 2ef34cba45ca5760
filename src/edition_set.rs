//! Sets of editions, and what is another for each: [`EditionSet`], [`ByEdition`].

/// A set of editions, by index in [`crate::site::Site::editions`]: for whom something exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct EditionSet(u64);

impl EditionSet {
    /// Nobody.
    pub const EMPTY: Self = Self(0);
    /// More editions than this are not told apart.
    pub const MAX: usize = 64;

    /// The first `count` editions.
    pub fn all(count: usize) -> Self {
        if count >= Self::MAX { Self(u64::MAX) } else { Self((1 << count) - 1) }
    }

    /// One edition.
    pub fn one(index: usize) -> Self {
        Self(1 << index.min(Self::MAX - 1))
    }

    /// Whether the edition is in it.
    pub fn contains(self, index: usize) -> bool {
        self.0 >> index.min(Self::MAX - 1) & 1 == 1
    }

    /// Whether all of `other` is in it.
    pub fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether nobody is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Those in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those not in `other`.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Indexes, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = (left != 0).then(|| left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            next
        })
    }
}

/// A text that is not the same for all editions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByEdition {
    /// The different ones, and who has each; nobody has two. Who is in none of the sets has a text that is not known.
    texts: Vec<(EditionSet, String)>,
}

impl ByEdition {
    /// Takes down the text of some editions that had none yet.
    pub fn put(&mut self, editions: EditionSet, text: String) {
        match self.texts.iter_mut().find(|(_, own)| *own == text) {
            Some((set, _)) => *set = set.or(editions),
            None => self.texts.push((editions, text)),
        }
    }

    /// The text of an edition, if it is known.
    pub fn of(&self, edition: usize) -> Option<&str> {
        self.common(EditionSet::one(edition))
    }

    /// The text that all of these editions have; `None`: they have several, or one of them has one that is not known.
    pub fn common(&self, editions: EditionSet) -> Option<&str> {
        self.texts.iter().find(|(set, _)| set.contains_all(editions)).map(|(_, text)| text.as_str())
    }

    /// The editions whose text is known.
    pub fn known(&self) -> EditionSet {
        self.texts.iter().fold(EditionSet::EMPTY, |all, (set, _)| all.or(*set))
    }
}
