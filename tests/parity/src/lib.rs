//! What must say the same in several places; see the tests of this package.
