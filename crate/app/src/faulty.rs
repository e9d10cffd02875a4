//! A host over another one, whose clock is set, whose random bytes repeat, and whose side effects can be cut short:
//! what the random histories run on, whichever store lies below.

use std::cell::Cell;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::ports::{
    Batch, Clock, Entropy, Exclusive, Files, Guess, Host, Http, HttpRequest, HttpResponse, Keyring,
    Languages, Span, Store, StoreError, Table,
};

/// What outlives a process: the time, and how many processes there were.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Milliseconds since the Unix epoch.
    pub now: Cell<u64>,
    seed: Cell<u64>,
}

impl Surroundings {
    /// A time, and where the random bytes begin.
    pub fn new(now: u64, seed: u64) -> Rc<Self> {
        Rc::new(Self {
            now: Cell::new(now),
            seed: Cell::new(seed),
        })
    }
}

/// One process over a host.
#[derive(Debug)]
pub struct Faulty<H> {
    inner: H,
    around: Rc<Surroundings>,
    steps: Cell<u32>,
    /// The side effect at which the process dies, and whether that one is still carried out.
    cut: Cell<Option<(u32, bool)>>,
    dead: Cell<bool>,
}

impl<H> Faulty<H> {
    /// A process.
    pub fn new(inner: H, around: Rc<Surroundings>) -> Self {
        Self {
            inner,
            around,
            steps: Cell::default(),
            cut: Cell::default(),
            dead: Cell::default(),
        }
    }

    /// The host below.
    pub fn inner(&self) -> &H {
        &self.inner
    }

    /// Lets the process die at a coming side effect, before or after it is carried out.
    pub fn die_at(&self, coming: u32, after: bool) {
        self.cut
            .set(Some((self.steps.get().saturating_add(coming), after)));
    }

    /// Lets it live.
    pub fn live_on(&self) {
        self.cut.set(None);
    }

    /// Whether it died.
    pub fn dead(&self) -> bool {
        self.dead.get()
    }

    /// Whether the side effect that comes is carried out, and whether its answer is heard.
    fn step(&self) -> (bool, bool) {
        let step = self.steps.get();
        self.steps.set(step + 1);
        if self.dead.get() {
            return (false, false);
        }
        match self.cut.get() {
            Some((at, after)) if at == step => {
                self.dead.set(true);
                (after, false)
            }
            _ => (true, true),
        }
    }

    fn alive(&self) -> Result<(), StoreError> {
        if self.dead.get() {
            Err(StoreError::Unreadable("killed".into()))
        } else {
            Ok(())
        }
    }
}

fn killed() -> StoreError {
    StoreError::Unwritable("killed".into())
}

impl<H: Host> Store for Faulty<H> {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.alive()?;
        self.inner.get(table, key).await
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.alive()?;
        self.inner.range(table, span).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (done, heard) = self.step();
        let result = if done {
            self.inner.commit(batch).await
        } else {
            Err(killed())
        };
        if heard { result } else { Err(killed()) }
    }
}

impl<H: Host> Http for Faulty<H> {
    async fn http(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Failure> {
        self.alive()?;
        self.inner.http(request).await
    }

    async fn permits(&self, data: &[&str]) -> Result<bool, Failure> {
        self.alive()?;
        self.inner.permits(data).await
    }
}

impl<H: Host> Languages for Faulty<H> {
    async fn language(&self, text: &str) -> Result<Guess, Failure> {
        self.alive()?;
        self.inner.language(text).await
    }
}

impl<H: Host> Files for Faulty<H> {
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.alive()?;
        self.inner.read_file(name).await
    }

    /// Killed before its end, the file holds half of what was to be written.
    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let was_dead = self.dead.get();
        let (done, heard) = self.step();
        if done {
            let result = self.inner.write_file(name, bytes).await;
            return if heard { result } else { Err(killed()) };
        }
        if !was_dead {
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            self.inner.write_file(name, half).await?;
        }
        Err(killed())
    }

    async fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        let (done, heard) = self.step();
        let result = if done {
            self.inner.remove_file(name).await
        } else {
            Err(killed())
        };
        if heard { result } else { Err(killed()) }
    }
}

impl<H> Clock for Faulty<H> {
    fn now(&self) -> u64 {
        self.around.now.get()
    }
}

impl<H> Entropy for Faulty<H> {
    /// `SplitMix64`: a history repeats, and nothing is drawn twice in it.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        for chunk in buffer.chunks_mut(8) {
            let bytes = draw(&self.around.seed).to_le_bytes();
            chunk.copy_from_slice(bytes.get(..chunk.len()).unwrap_or_default());
        }
        Ok(())
    }
}

/// The next number of a generator (`SplitMix64`).
pub fn draw(state: &Cell<u64>) -> u64 {
    let next = state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
    state.set(next);
    let mut z = next;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl<H: Host> Keyring for Faulty<H> {
    async fn wrap(&self, key: &[u8; 32]) -> Result<Vec<u8>, Failure> {
        self.alive()?;
        self.inner.wrap(key).await
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Failure> {
        self.alive()?;
        self.inner.unwrap(wrapped).await
    }

    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        self.alive()?;
        self.inner.session().await
    }

    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure> {
        let (done, heard) = self.step();
        let result = if done {
            self.inner.set_session(secret).await
        } else {
            Err(Code::Internal.into())
        };
        if heard {
            result
        } else {
            Err(Failure::with(Code::Internal, "killed"))
        }
    }

    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; 32]>>, Failure> {
        self.alive()?;
        self.inner.schema_1_key().await
    }
}

impl<H: Host> Exclusive for Faulty<H> {
    type Guard = H::Guard;

    async fn exclusive(&self) -> Result<Self::Guard, Failure> {
        self.alive()?;
        self.inner.exclusive().await
    }
}
