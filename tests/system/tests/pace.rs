//! Order and pace.

use std::time::{Duration, Instant};

use system_tests::{Business, Stack, alone, beside_others, eventually_within};

#[tokio::test(flavor = "multi_thread")]
async fn texts_to_one_recipient_keep_their_order() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    // The first call to this recipient is refused for the time being.
    let to = "+1555210131016";

    let mut texts = Vec::new();
    let mut last = String::new();
    for n in 0..8 {
        texts.push(format!("text {n}"));
        last = business.send(to, &texts[n]).await;
    }

    business.reaches(&last, "read").await;
    assert_eq!(stack.simulator().accepted_texts(&business.meta_id, to).await, texts);
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "this test measures time")]
async fn at_five_messages_a_second_two_hundred_texts_arrive_about_as_fast_as_the_limit_allows() {
    const TEXTS: u32 = 200;
    const PER_SECOND: f64 = 5.0;
    let _turn = alone().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let simulator = stack.simulator();
    simulator.set_throughput(&business.meta_id, PER_SECOND).await;

    let started = Instant::now();
    let mut last = String::new();
    for n in 0..TEXTS {
        last = business.send(&business.customer(n), "Hello").await;
    }
    eventually_within(Duration::from_mins(2), "all texts to be accepted", || async {
        (simulator.stats(&business.meta_id).await["accepted"] == TEXTS).then_some(())
    })
    .await;
    let took = started.elapsed();

    let stats = simulator.stats(&business.meta_id).await;
    let calls = stats["refused"]["130429"].as_u64().unwrap_or(0) + u64::from(TEXTS);
    let refused = calls - u64::from(TEXTS);
    let allowed = Duration::from_secs_f64(f64::from(TEXTS) / PER_SECOND);
    eprintln!("{TEXTS} texts took {took:?} of {allowed:?}, with {refused} refusals");
    assert!(refused * 20 < calls, "{refused} of {calls} calls were refused");
    assert!(took < allowed.mul_f64(1.3), "{took:?} instead of {allowed:?}");
    business.reaches(&last, "read").await;
}
