//! Counting the calls of any AWS client.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Layer, Storable, StoreReplace};

use crate::CallUnderWay;

/// An interceptor that reports each call of a client, retries included in the one call.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallMeter;

#[derive(Debug)]
struct Running(std::sync::Mutex<Option<CallUnderWay>>);

impl Storable for Running {
    type Storer = StoreReplace<Self>;
}

impl Intercept for CallMeter {
    fn name(&self) -> &'static str {
        "CallMeter"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut layer = Layer::new("CallMeter");
        layer.store_put(Running(std::sync::Mutex::new(Some(crate::current().begin_call()))));
        config.push_layer(layer);
        Ok(())
    }

    fn read_after_execution(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(running) = config.load::<Running>() {
            running.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        }
        Ok(())
    }
}
