//! A shop: the code that the scenarios beside it test.

use std::sync::{Mutex, PoisonError};

/// An account with a balance that never falls below zero.
#[derive(Debug)]
pub struct Account {
    balance: Mutex<i64>,
}

/// Why an account gives no money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    /// What is there.
    pub balance: i64,
}

impl Account {
    /// An account with some money in it.
    pub fn new(balance: i64) -> Account {
        Account { balance: Mutex::new(balance) }
    }

    /// Takes money out; what is left.
    ///
    /// # Errors
    /// If there is not enough.
    pub fn withdraw(&self, amount: i64) -> Result<i64, Declined> {
        let mut balance = self.balance.lock().unwrap_or_else(PoisonError::into_inner);
        if *balance < amount {
            return Err(Declined { balance: *balance });
        }
        *balance -= amount;
        Ok(*balance)
    }
}

/// The weight of so many lamps in their boxes, in grams.
pub fn weigh(lamps: u32) -> u32 {
    // Stands for work that takes a processor a while.
    (0..lamps).map(|lamp| 900 + lamp % 2 * 50).sum()
}
