//! Random numbers as a pure function: draw number k at a site depends on the seed, the task's path, the
//! site and k, and on nothing else. So adding an unrelated task changes nobody's draws.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
//! 3", SC 2011): a counter goes in, a random block comes out, and no state is kept.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The generator of one seed.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    /// The key of each round, made once.
    keys: [[u32; 2]; ROUNDS],
}

impl Generator {
    /// That of a seed.
    pub fn new(seed: u64) -> Generator {
        Generator::with_key([seed as u32, (seed >> 32) as u32])
    }

    fn with_key(key: [u32; 2]) -> Generator {
        let key =
            |round: usize, half: usize| key[half].wrapping_add(KEY_STEPS[half].wrapping_mul(round as u32));
        Generator { keys: std::array::from_fn(|round| [key(round, 0), key(round, 1)]) }
    }

    /// One block of Philox4x32-10.
    #[inline(always)]
    fn block(&self, mut counter: [u32; 4]) -> [u32; 4] {
        for key in &self.keys {
            let first = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
            let second = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
            counter = [
                (second >> 32) as u32 ^ counter[1] ^ key[0],
                second as u32,
                (first >> 32) as u32 ^ counter[3] ^ key[1],
                first as u32,
            ];
        }
        counter
    }

    /// Draw number `k` at a site of a task.
    pub fn draw(&self, path: u64, site: u32, k: u32) -> u64 {
        let block = self.block([path as u32, (path >> 32) as u32, site, k]);
        u64::from(block[0]) | u64::from(block[1]) << 32
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
        let philox = |key, counter| Generator::with_key(key).block(counter);
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
