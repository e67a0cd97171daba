//! Pages of a list.

/// Which part of a list is asked for, by offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The most items of a page.
    pub limit: usize,
    /// Items to pass over first.
    pub offset: usize,
}

/// A part of a list and how much there is in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page, in the list's order.
    pub items: Vec<T>,
    /// The number of items in the whole list.
    pub total: usize,
}

impl Slice {
    /// The page of `items` that this asks for.
    pub fn of<T>(self, items: Vec<T>) -> Page<T> {
        let total = items.len();
        Page { items: items.into_iter().skip(self.offset).take(self.limit).collect(), total }
    }
}
