//! Tasks with long bodies: puts and gets in a straight line.

use tokio::sync::mpsc::{Receiver, Sender, channel, error::SendError};

use crate::workloads::Counted;

type Line = Result<(), SendError<u64>>;

struct Queue {
    sender: Sender<u64>,
    receiver: Receiver<u64>,
}

macro_rules! pair {
    ($queue:ident) => {
        $queue.sender.send(1).await?;
        $queue.receiver.recv().await;
    };
}

macro_rules! ten {
    ($queue:ident) => {
        pair!($queue);
        pair!($queue);
        pair!($queue);
        pair!($queue);
        pair!($queue);
    };
}

async fn ten(queue: &mut Queue) -> Line {
    ten!(queue);
    Ok(())
}

async fn hundred(queue: &mut Queue) -> Line {
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    ten!(queue);
    Ok(())
}

/// Runs a body of so many puts and gets, `rounds` times.
pub async fn straight_line(operations: u64, rounds: u64) -> Counted {
    let (sender, receiver) = channel(1);
    let mut queue = Queue { sender, receiver };
    for _ in 0..rounds {
        match operations {
            10 => ten(&mut queue).await?,
            100 => hundred(&mut queue).await?,
            // The compiler takes minutes for a function of a thousand waits.
            longer if longer.is_multiple_of(100) => {
                for _ in 0..longer / 100 {
                    hundred(&mut queue).await?;
                }
            }
            _ => return Err("bodies have 10 operations, or a multiple of 100".into()),
        }
    }
    Ok(operations * rounds)
}
