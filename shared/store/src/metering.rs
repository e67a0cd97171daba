//! Units consumed, reported to the meter of the request.

use aws_sdk_dynamodb::config::ConfigBag;
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::{
    batch_get_item, delete_item, get_item, put_item, query, transact_write_items, update_item,
};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

/// Asks DynamoDB for the units of each call and adds them to the meter of the request.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnitMeter;

macro_rules! for_each_operation {
    ($do:ident) => {
        $do!(get_item::GetItemInput, get_item::GetItemOutput, one, read);
        $do!(query::QueryInput, query::QueryOutput, one, read);
        $do!(batch_get_item::BatchGetItemInput, batch_get_item::BatchGetItemOutput, many, read);
        $do!(put_item::PutItemInput, put_item::PutItemOutput, one, write);
        $do!(update_item::UpdateItemInput, update_item::UpdateItemOutput, one, write);
        $do!(delete_item::DeleteItemInput, delete_item::DeleteItemOutput, one, write);
        $do!(
            transact_write_items::TransactWriteItemsInput,
            transact_write_items::TransactWriteItemsOutput,
            many,
            write
        );
    };
}

impl Intercept for UnitMeter {
    fn name(&self) -> &'static str {
        "UnitMeter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        macro_rules! ask {
            ($input:ty, $output:ty, $amount:ident, $direction:ident) => {
                if let Some(input) = context.input_mut().downcast_mut::<$input>() {
                    input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
                    return Ok(());
                }
            };
        }
        for_each_operation!(ask);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        macro_rules! add {
            ($input:ty, $output:ty, $amount:ident, $direction:ident) => {
                if let Some(output) = output.downcast_ref::<$output>() {
                    report(Direction::$direction(), consumed!($amount, output));
                    return Ok(());
                }
            };
        }
        macro_rules! consumed {
            (one, $output:ident) => {
                $output.consumed_capacity().into_iter()
            };
            (many, $output:ident) => {
                $output.consumed_capacity().iter()
            };
        }
        for_each_operation!(add);
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Read,
    Write,
}

impl Direction {
    fn read() -> Self {
        Self::Read
    }

    fn write() -> Self {
        Self::Write
    }
}

fn report<'a>(direction: Direction, consumed: impl Iterator<Item = &'a ConsumedCapacity>) {
    let units: f64 = consumed.filter_map(ConsumedCapacity::capacity_units).sum();
    match direction {
        Direction::Read => switchboard_meter::current().add_units(units, 0.0),
        Direction::Write => switchboard_meter::current().add_units(0.0, units),
    }
}
