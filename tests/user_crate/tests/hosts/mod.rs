//! The shop's code, as scenarios call it.

use std::sync::Arc;
use std::time::Duration;

use scenario::{Call, HostError, Scenario};
use shop::{Account, weigh};
use tokio::sync::oneshot;

/// How long the bank takes.
const BANK: Duration = Duration::from_millis(80);

/// Registers the host functions; each scenario has an account of its own.
pub fn of_the_shop(scenario: Scenario) -> Scenario {
    let account = Arc::new(Account::new(100));
    scenario
        .host("charge", async move |call: Call| {
            call.sleep(BANK).await;
            let amount = call.argument("amount")?;
            account.withdraw(amount).map_err(|declined| {
                HostError::new("Declined", format!("only {} left", declined.balance))
            })
        })
        .host("weigh", async |call: Call| {
            let lamps: i64 = call.argument("lamps")?;
            let (sender, weight) = oneshot::channel();
            // On a real thread; time stands still until it is done.
            std::thread::spawn(move || sender.send(weigh(lamps as u32)));
            Ok(weight.await?)
        })
}
