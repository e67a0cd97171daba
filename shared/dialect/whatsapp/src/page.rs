//! Lists in pages by offset: `limit` and `offset` in the query, `{data, total, limit, offset}` in the answer.

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::page::{Page, Slice};
use switchboard_model::{DomainError, Id};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;

/// Most items of a page.
pub const LIMIT_MAX: usize = 100;
/// Items of a page where the client does not say.
pub const LIMIT_DEFAULT: usize = 20;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageOut<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// The number of items in the whole list.
    #[schema(example = 1)]
    pub total: usize,
    /// The most items of a page.
    #[schema(example = 20)]
    pub limit: usize,
    /// Items that were passed over.
    #[schema(example = 0)]
    pub offset: usize,
}

impl<T> PageOut<T> {
    /// The page that `slice` asked for.
    pub fn new<M>(page: Page<M>, slice: Slice) -> Self
    where
        T: From<M>,
    {
        let data = page.items.into_iter().map(T::from).collect();
        Self { data, total: page.total, limit: slice.limit, offset: slice.offset }
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The most items of a page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// Items to pass over first.
    #[param(value_type = Option<u32>, minimum = 0, default = 0)]
    offset: Option<String>,
}

impl PageQuery {
    /// The page that is asked for.
    pub fn slice(&self) -> Result<Slice, DomainError> {
        let mut checks = Checks::default();
        let slice = self.check(&mut checks);
        checks.finish(slice)
    }

    fn check(&self, checks: &mut Checks) -> Option<Slice> {
        slice(checks, self.limit.as_deref(), self.offset.as_deref())
    }
}

/// What the query of a list filters by. Each of its parameters may be left out.
pub trait Filter {
    /// Its checked form.
    type Checked;

    /// What is asked for. What can't be is refused to `checks`, by the parameter's name.
    fn check(self, checks: &mut Checks) -> Option<Self::Checked>;
}

/// Which items of a list, by the parameters of `F`, and which page of them.
#[derive(Debug, Deserialize)]
pub struct FilterQuery<F> {
    #[serde(flatten)]
    filter: F,
    #[serde(flatten)]
    page: PageQuery,
}

impl<F: Filter> FilterQuery<F> {
    /// What is filtered by, and the page that is asked for.
    pub fn check(self) -> Result<(F::Checked, Slice), DomainError> {
        let mut checks = Checks::default();
        let filter = self.filter.check(&mut checks);
        let slice = self.page.check(&mut checks);
        checks.finish(filter.zip(slice))
    }
}

impl<F: IntoParams> IntoParams for FilterQuery<F> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [F::into_params(&place), PageQuery::into_params(&place)].concat()
    }
}

/// Which of the things of a workspace, by the parameters of `F`, and which page of them.
#[derive(Debug, Deserialize)]
pub struct ListQuery<F> {
    workspace_id: WireId,
    #[serde(flatten)]
    list: FilterQuery<F>,
}

/// The checked form of a [`ListQuery`].
#[derive(Debug)]
pub struct List<C> {
    /// The workspace.
    pub workspace_id: Id,
    /// What is filtered by.
    pub filter: C,
    /// The page that is asked for.
    pub slice: Slice,
}

impl<F: Filter> ListQuery<F> {
    /// What is asked for.
    pub fn check(self) -> Result<List<F::Checked>, DomainError> {
        let (filter, slice) = self.list.check()?;
        let workspace_id = self.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        Ok(List { workspace_id, filter, slice })
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter to readers of the API's document")]
struct WorkspaceQuery {
    /// The workspace.
    workspace_id: WireId,
}

impl<F: IntoParams> IntoParams for ListQuery<F> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [WorkspaceQuery::into_params(&place), FilterQuery::<F>::into_params(&place)].concat()
    }
}

/// The page that the query's `limit`, 1 to 100 and by default 20, and `offset`, by default 0, ask for.
pub fn slice(checks: &mut Checks, limit: Option<&str>, offset: Option<&str>) -> Option<Slice> {
    let limit = checks.query("limit", number(limit, LIMIT_DEFAULT, 1, LIMIT_MAX));
    let offset = checks.query("offset", number(offset, 0, 0, usize::MAX));
    limit.zip(offset).map(|(limit, offset)| Slice { limit, offset })
}

/// The query's `limit` by itself, where a list goes on from an item instead of an offset.
pub fn limit(checks: &mut Checks, limit: Option<&str>) -> Option<usize> {
    checks.query("limit", number(limit, LIMIT_DEFAULT, 1, LIMIT_MAX))
}

fn number(text: Option<&str>, default: usize, min: usize, max: usize) -> Result<usize, Refusal> {
    let Some(text) = text else { return Ok(default) };
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new(Reason::WrongType, "Input should be a valid integer"));
    }
    // What is too long for a number is too large for one, too.
    let value = if text == digits { text.parse().unwrap_or(usize::MAX) } else { 0 };
    if value < min || (text != digits && digits.bytes().any(|digit| digit != b'0')) {
        return Err(Refusal::new(
            Reason::OutOfRange,
            format!("Input should be greater than or equal to {min}"),
        ));
    }
    if value > max {
        return Err(Refusal::new(Reason::OutOfRange, format!("Input should be less than or equal to {max}")));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(limit: Option<&str>, offset: Option<&str>) -> Result<(usize, usize), String> {
        let mut checks = Checks::default();
        let slice = slice(&mut checks, limit, offset);
        checks.finish(slice).map(|slice| (slice.limit, slice.offset)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_has_20_items_from_the_first_on_unless_the_query_says_otherwise() {
        assert_eq!(asked(None, None), Ok((20, 0)));
        assert_eq!(asked(Some("1"), Some("7")), Ok((1, 7)));
        assert_eq!(asked(Some("100"), Some("99999999999999999999")), Ok((100, usize::MAX)));
        assert_eq!(asked(None, Some("-0")), Ok((20, 0)));
    }

    #[test]
    fn what_is_out_of_bounds_or_no_number_is_refused() {
        let too_small = "Query.limit: Input should be greater than or equal to 1".to_owned();
        let too_large = "Query.limit: Input should be less than or equal to 100".to_owned();
        let no_number = "Query.limit: Input should be a valid integer".to_owned();
        assert_eq!(asked(Some("0"), None), Err(too_small.clone()));
        assert_eq!(asked(Some("-5"), None), Err(too_small));
        assert_eq!(asked(Some("101"), None), Err(too_large));
        for text in ["", "-", "ten", "1.5", "+5", "٣"] {
            assert_eq!(asked(Some(text), None), Err(no_number.clone()), "{text}");
        }
        assert_eq!(
            asked(Some("x"), Some("-1")),
            Err(format!("{no_number}; Query.offset: Input should be greater than or equal to 0"))
        );
    }
}
