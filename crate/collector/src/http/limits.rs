//! How much one client may ask for. Kept in memory only, in bounded space.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use counterfoil_core::collector::problem::Problem;

use crate::refusal::Refusal;

/// Clients that are told apart at a time. When there are more, new ones wait until one can be forgotten: until its
/// bucket is full again.
const MOST_CLIENTS: usize = 16_384;
/// Tokens that are remembered at a time.
const MOST_TOKENS: usize = 65_536;
const MINUTE: Duration = Duration::from_mins(1);
/// How often clients are forgotten at most.
const SWEEP: Duration = Duration::from_secs(1);

/// Who asks: an address of IPv4, or a network of 64 bits of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// Behind a proxy it is the last address that `X-Forwarded-For` names: the one that the proxy saw.
    pub(crate) fn of(peer: SocketAddr, headers: &HeaderMap, is_behind_proxy: bool) -> Self {
        let forwarded = || {
            let value = headers
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?
                .to_str()
                .ok()?;
            value.rsplit(',').next()?.trim().parse().ok()
        };
        let address = if is_behind_proxy { forwarded() } else { None }
            .unwrap_or(peer.ip())
            .to_canonical();
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

/// Tokens in a bucket for each client, which fills up within a minute.
#[derive(Debug)]
pub(crate) struct Rates {
    a_minute: u32,
    // Held for the time of a look-up.
    clients: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    // What is left of a client, and when that was.
    left: HashMap<Client, (f64, Instant)>,
    // When it was last looked for clients that can be forgotten: seldom, so that a flood of clients costs little.
    swept: Option<Instant>,
}

impl Rates {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self {
            a_minute,
            clients: Mutex::default(),
        }
    }

    /// Takes one from the client's bucket. `Err` with the seconds to wait.
    pub(crate) fn admit(&self, client: Client) -> Result<(), u64> {
        self.admit_at(client, Instant::now())
    }

    fn admit_at(&self, client: Client, now: Instant) -> Result<(), u64> {
        let full = f64::from(self.a_minute);
        let left_at = |(left, at): (f64, Instant)| {
            (left + full * now.saturating_duration_since(at).as_secs_f64() / MINUTE.as_secs_f64()).min(full)
        };
        let mut buckets = held(&self.clients);
        let Buckets { left: clients, swept } = &mut *buckets;
        if clients.len() >= MOST_CLIENTS && !clients.contains_key(&client) {
            if swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP) {
                *swept = Some(now);
                clients.retain(|_, bucket| left_at(*bucket) < full);
            }
            if clients.len() >= MOST_CLIENTS {
                return Err(MINUTE.as_secs());
            }
        }
        let bucket = clients.entry(client).or_insert((full, now));
        let left = left_at(*bucket);
        if left < 1.0 {
            *bucket = (left, now);
            return Err((MINUTE.as_secs() / u64::from(self.a_minute.max(1))).max(1));
        }
        *bucket = (left - 1.0, now);
        Ok(())
    }
}

/// Tokens that were used and have not expired.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, u64>>);

impl Tokens {
    /// Takes a token that is good until `exp`, once.
    pub(crate) fn take(&self, token: &str, exp: u64, now: u64) -> Result<(), Problem> {
        let mut used = held(&self.0);
        if used.len() >= MOST_TOKENS {
            used.retain(|_, exp| *exp > now);
        }
        if used.contains_key(token) {
            return Err(Problem::Replayed);
        }
        if used.len() >= MOST_TOKENS {
            return Err(Problem::Busy);
        }
        used.insert(token.to_owned(), exp);
        Ok(())
    }
}

/// What is in there is whole even where its holder panicked: each is changed in one step.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The refusal of a client that asks too often.
pub(crate) fn too_many(seconds: u64) -> Refusal {
    let detail = format!("too many requests from this address: wait {seconds} seconds");
    Refusal {
        retry_after: Some(seconds),
        ..Refusal::new(Problem::RateLimited, detail)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(address: &str) -> Client {
        Client::of(
            SocketAddr::new(address.parse().unwrap(), 1),
            &HeaderMap::new(),
            false,
        )
    }

    #[test]
    fn a_bucket_empties_and_fills_up() {
        let (rates, start) = (Rates::new(2), Instant::now());
        let (one, other) = (client("127.0.0.1"), client("127.0.0.2"));
        assert_eq!(
            [0, 1, 2].map(|_| rates.admit_at(one, start)),
            [Ok(()), Ok(()), Err(30)]
        );
        assert_eq!(rates.admit_at(other, start), Ok(()));
        assert_eq!(rates.admit_at(one, start + Duration::from_secs(31)), Ok(()));
        assert_eq!(rates.admit_at(one, start + Duration::from_secs(31)), Err(30));
    }

    #[test]
    fn clients_beyond_the_most_do_not_grow_the_map() {
        let (rates, now) = (Rates::new(1), Instant::now());
        for number in 0..40_000_u32 {
            let address = IpAddr::V4(number.into());
            // Past the most they are refused, and those before them are kept to their rate.
            assert_eq!(rates.admit_at(Client(address), now).is_ok(), number < 16_384);
        }
        assert_eq!(held(&rates.clients).left.len(), MOST_CLIENTS);
        assert_eq!(rates.admit_at(Client(IpAddr::V4(1.into())), now), Err(60));
        assert_eq!(
            rates.admit_at(Client(IpAddr::V4(50_000.into())), now + MINUTE),
            Ok(())
        );
    }

    #[test]
    fn clients_are_networks_and_a_proxy_speaks_only_when_asked_to() {
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff:1"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_eq!(client("::ffff:127.0.0.1"), client("127.0.0.1"));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("10.0.0.1, 192.0.2.7"));
        let peer = SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 1);
        assert_eq!(Client::of(peer, &headers, true), client("192.0.2.7"));
        assert_eq!(Client::of(peer, &headers, false), client("127.0.0.1"));
    }

    #[test]
    fn a_token_is_good_once() {
        let tokens = Tokens::default();
        assert_eq!(tokens.take("a", 10, 1), Ok(()));
        assert_eq!(tokens.take("a", 10, 1), Err(Problem::Replayed));
        for number in 1..MOST_TOKENS {
            assert_eq!(tokens.take(&number.to_string(), 10, 1), Ok(()));
        }
        assert_eq!(tokens.take("b", 10, 9), Err(Problem::Busy));
        assert_eq!(tokens.take("b", 20, 10), Ok(()));
    }
}
