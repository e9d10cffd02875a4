//! Putting things in order by where they stand. One sort of plain numbers serves all: the library's is compiled anew
//! for each type, and its code would be a quarter of the detector's.

/// Bits of a place in a text, and of a number among things.
const PLACE: u32 = 40;

/// Things in the order of these keys: where each begins, what decides between those that begin together, and what
/// decides between those. Equal ones keep their order.
pub(crate) fn order<T>(things: Vec<T>, key: impl Fn(&T) -> (usize, usize, u8)) -> Vec<T> {
    let mut keys: Vec<u128> = Vec::with_capacity(things.len());
    for thing in &things {
        let (first, second, third) = key(thing);
        let place = |place: usize| place as u128 & ((1 << PLACE) - 1);
        let number = keys.len();
        keys.push(
            place(first) << (2 * PLACE + 8)
                | place(second) << (PLACE + 8)
                | u128::from(third) << PLACE
                | place(number),
        );
    }
    heap(&mut keys);
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(things.len());
    for key in keys {
        let number = key & ((1 << PLACE) - 1);
        let thing = usize::try_from(number)
            .ok()
            .and_then(|number| things.get_mut(number));
        ordered.extend(thing.and_then(Option::take));
    }
    ordered
}

/// Heapsort.
fn heap(keys: &mut [u128]) {
    for start in (0..keys.len() / 2).rev() {
        sink(keys, start);
    }
    for end in (1..keys.len()).rev() {
        keys.swap(0, end);
        sink(keys.get_mut(..end).unwrap_or_default(), 0);
    }
}

fn sink(keys: &mut [u128], mut at: usize) {
    loop {
        let mut largest = at;
        for child in [2 * at + 1, 2 * at + 2] {
            if keys.get(child) > keys.get(largest) {
                largest = child;
            }
        }
        if largest == at {
            return;
        }
        keys.swap(at, largest);
        at = largest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_in_the_order_of_their_keys() {
        let mut seed = 7_u32;
        for length in [0, 1, 2, 3, 10, 1_000] {
            let mut next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 28) as usize
            };
            let things: Vec<(usize, usize, u8, usize)> = (0..length)
                .map(|number| (next(), next(), u8::try_from(next()).unwrap(), number))
                .collect();
            let mut due = things.clone();
            due.sort_unstable();
            let ordered = order(things, |(first, second, third, _)| (*first, *second, *third));
            assert_eq!(ordered, due);
        }
    }
}
