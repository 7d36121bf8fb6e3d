//! Values in insertion order, each at a number of its own.

/// The slots in a block: few enough to skip a block quickly, enough to keep the number of blocks small.
const BLOCK: usize = 256;

/// Values at ascending numbers. A number is never used twice.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    blocks: Vec<Block<T>>,
    next: u32,
    len: usize,
}

#[derive(Clone, Debug)]
struct Block<T> {
    live: usize,

    slots: Vec<Option<T>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            next: 0,
            len: 0,
        }
    }
}

fn place(row: u32) -> (usize, usize) {
    let row = usize::try_from(row).unwrap_or(usize::MAX);
    (row / BLOCK, row % BLOCK)
}

impl<T> Rows<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The number of the next value; `None` when all numbers are used.
    pub(super) fn next(&self) -> Option<u32> {
        (self.next < u32::MAX).then_some(self.next)
    }

    /// Adds a value at [`next`](Self::next).
    pub(super) fn push(&mut self, value: T) {
        match self.blocks.last_mut().filter(|_| place(self.next).1 > 0) {
            Some(block) => {
                block.slots.push(Some(value));
                block.live += 1;
            }
            None => self.blocks.push(Block {
                live: 1,
                slots: vec![Some(value)],
            }),
        }
        self.next = self.next.saturating_add(1);
        self.len += 1;
    }

    pub(super) fn get(&self, row: u32) -> Option<&T> {
        let (block, slot) = place(row);
        self.blocks.get(block)?.slots.get(slot)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, row: u32) -> Option<&mut T> {
        let (block, slot) = place(row);
        self.blocks.get_mut(block)?.slots.get_mut(slot)?.as_mut()
    }

    pub(super) fn remove(&mut self, row: u32) -> Option<T> {
        let (block, slot) = place(row);
        let block = self.blocks.get_mut(block)?;
        let value = block.slots.get_mut(slot)?.take()?;
        block.live -= 1;
        self.len -= 1;
        if block.live == 0 && block.slots.len() == BLOCK {
            block.slots = Vec::new();
        }
        Some(value)
    }

    /// The values in order from position `skip`. Skipping goes block by block.
    pub(super) fn iter_from(&self, skip: usize) -> impl Iterator<Item = (u32, &T)> {
        let mut left = skip;
        let first = self.blocks.iter().position(|block| {
            let is_here = left < block.live;
            if !is_here {
                left -= block.live;
            }
            is_here
        });

        let first = first.unwrap_or(self.blocks.len());
        let blocks = self.blocks.iter().enumerate().skip(first);
        let slots = blocks.flat_map(|(number, block)| {
            let base = u32::try_from(number * BLOCK).unwrap_or(u32::MAX);
            (base..).zip(&block.slots)
        });
        slots
            .filter_map(|(row, slot)| Some((row, slot.as_ref()?)))
            .skip(left)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.iter_from(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_insertion_order_after_removals() {
        let mut rows = Rows::default();
        let mut kept = Vec::new();
        for value in 0..3_000_u32 {
            assert_eq!(rows.next(), Some(value));
            rows.push(value);
        }

        for value in 0..3_000 {
            if value % 7 == 0 || (256..1_100).contains(&value) {
                assert_eq!(rows.remove(value), Some(value));
                assert_eq!(rows.remove(value), None);
            } else {
                kept.push((value, value));
            }
        }

        rows.push(3_000);
        kept.push((3_000, 3_000));
        assert_eq!(rows.len(), kept.len());

        for skip in [
            0,
            1,
            200,
            219,
            220,
            221,
            1_000,
            kept.len() - 1,
            kept.len(),
            9_999,
        ] {
            let found: Vec<_> = rows
                .iter_from(skip)
                .map(|(row, value)| (row, *value))
                .collect();
            assert_eq!(found, kept.get(skip..).unwrap_or_default(), "{skip}");
        }

        assert_eq!(rows.get(7), None);
        assert_eq!(rows.get_mut(8), Some(&mut 8));
    }
}
