//! Every scenario of this crate, with the shop's own code as host functions.

#[path = "hosts/mod.rs"]
mod hosts;

scenario::test_folder!("scenarios", hosts::of_the_shop);
