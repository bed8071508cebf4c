//! Waiting for what another task does beside the test.

use std::time::Duration;

/// Looks again and again until it is so. Gives up only after a time that no busy machine needs.
pub async fn soon(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
