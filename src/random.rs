//! Random numbers as a pure function: draw number k at a site depends on the seed, the task's path, the
//! site and k, and on nothing else. So adding an unrelated task changes nobody's draws.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
//! 3", SC 2011): a counter goes in, a random block comes out, and no state is kept.

use wide::u64x2;

const MULTIPLIERS: u64x2 = u64x2::new([0xD251_1F53, 0xCD9E_8D57]);
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The generator of one seed.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    /// The key of each round, made once.
    keys: [u64x2; ROUNDS],
}

/// The four words of a block, the first and the third beside each other, and the second and the fourth: each in the
/// lower half of a lane, for a round multiplies the former, and moves the latter. What is in the upper halves means
/// nothing.
#[derive(Clone, Copy)]
struct Block {
    multiplied: u64x2,
    moved: u64x2,
}

impl Generator {
    /// That of a seed.
    pub fn new(seed: u64) -> Generator {
        Generator::with_key([seed as u32, (seed >> 32) as u32])
    }

    fn with_key(key: [u32; 2]) -> Generator {
        let key = |round: usize, half: usize| {
            u64::from(key[half].wrapping_add(KEY_STEPS[half].wrapping_mul(round as u32)))
        };
        Generator { keys: std::array::from_fn(|round| u64x2::new([key(round, 0), key(round, 1)])) }
    }

    /// One block of Philox4x32-10.
    #[inline(always)]
    fn block(&self, counter: Block) -> Block {
        let lower = u64x2::splat(u64::from(u32::MAX));
        self.keys.iter().fold(counter, |Block { multiplied, moved }, key| {
            let [first, second] = (MULTIPLIERS * (multiplied & lower)).to_array();
            let products = u64x2::new([second, first]);
            Block { multiplied: (products >> 32_u32) ^ moved ^ *key, moved: products }
        })
    }

    /// Draw number `k` at a site of a task.
    #[inline(never)]
    pub fn draw(&self, path: u64, site: u32, k: u32) -> u64 {
        let [first, second, ..] = self.block(Block::of([path as u32, (path >> 32) as u32, site, k])).words();
        u64::from(first) | u64::from(second) << 32
    }
}

impl Block {
    #[inline(always)]
    fn of(words: [u32; 4]) -> Block {
        let [first, second, third, fourth] = words.map(u64::from);
        Block { multiplied: u64x2::new([first, third]), moved: u64x2::new([second, fourth]) }
    }

    #[inline(always)]
    fn words(self) -> [u32; 4] {
        let ([first, third], [second, fourth]) = (self.multiplied.to_array(), self.moved.to_array());
        [first, second, third, fourth].map(|word| word as u32)
    }
}

/// A number for a path, from its parent's, a name and which of that name it is: FNV-1a over the bytes, then
/// the finishing mix of SplitMix64, for similar names should give unlike numbers.
pub fn path_hash(parent: u64, name: &str, count: u32) -> u64 {
    let bytes = parent.to_le_bytes().into_iter().chain(name.bytes()).chain(count.to_le_bytes());
    let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_published_blocks() {
        let philox = |key, counter| Generator::with_key(key).block(Block::of(counter)).words();
        assert_eq!(philox([0, 0], [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = u32::MAX;
        assert_eq!(philox([ones; 2], [ones; 4]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0xa409_3822, 0x299f_31d0], [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn paths_that_differ_in_one_part_have_different_numbers() {
        let hash = path_hash(7, "fetch", 1);
        assert_ne!(hash, path_hash(8, "fetch", 1));
        assert_ne!(hash, path_hash(7, "fetcg", 1));
        assert_ne!(hash, path_hash(7, "fetch", 2));
    }
}
