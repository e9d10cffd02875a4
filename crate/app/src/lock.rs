//! Locking and unlocking a profile that has a passphrase, and what is answered while it is locked.

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::{App, Done, OPEN, Sender, Session, captured};
use crate::error::{Code, Failure, Result};
use crate::keys::{DataKeyFile, KEY};
use crate::message::{Capture, Effect, Event, Reply, Request, Secret};
use crate::open::{Locked, Open};
use crate::passphrase::{SHORTEST, Wrapped};
use crate::plain;
use crate::ports::{Batch, Host, Op, Table};
use crate::toolbar;
use crate::view::StatusView;

/// The row of [`Locked`].
const LOCKED: &str = "locked";
const MINUTE: u64 = 60_000;
/// How long a use may go unremembered: a worker that dies meanwhile locks so much earlier.
const UNSAVED: u64 = 15_000;
/// Longest time without use that can be asked for, in minutes.
const LONGEST: u32 = 1_440;

/// When an open profile with a passphrase was used last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Idle {
    used: u64,
    saved: u64,
    minutes: u32,
}

impl Idle {
    /// When it locks; `None` for never.
    pub(crate) fn at(self) -> Option<u64> {
        (self.minutes > 0).then(|| self.used + u64::from(self.minutes) * MINUTE)
    }

    /// With the later use of two.
    #[cfg(feature = "search")]
    pub(crate) fn later(self, other: Self) -> Self {
        Self {
            used: self.used.max(other.used),
            saved: other.saved,
            minutes: other.minutes,
        }
    }

    /// A clock that went back is no use: it locks.
    fn over(self, now: u64) -> bool {
        self.minutes > 0 && (now < self.used || self.at().is_some_and(|at| now >= at))
    }
}

/// What the session remembers: the data key, the last use, the minutes.
pub(crate) struct Remembered {
    key: Zeroizing<[u8; KEY]>,
    pub(crate) idle: Idle,
}

impl Remembered {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk::<KEY>()?;
        let (used, rest) = rest.split_first_chunk::<8>()?;
        let used = u64::from_be_bytes(*used);
        let minutes = u32::from_be_bytes(*rest.first_chunk::<4>()?);
        Some(Self {
            key: Zeroizing::new(*key),
            idle: Idle {
                used,
                saved: used,
                minutes,
            },
        })
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEY + 12));
        bytes.extend_from_slice(&*self.key);
        bytes.extend_from_slice(&self.idle.used.to_be_bytes());
        bytes.extend_from_slice(&self.idle.minutes.to_be_bytes());
        bytes
    }
}

impl<H: Host> App<H> {
    /// The data key that an earlier process of this session left, unless the time without use is over.
    pub(crate) async fn remembered_key(&self) -> Result<Option<Zeroizing<[u8; KEY]>>> {
        let Some(remembered) = self.remembered().await? else {
            return Ok(None);
        };
        if remembered.idle.over(self.host.now()) {
            self.forget_key().await?;
            return Ok(None);
        }
        self.idle.set(Some(remembered.idle));
        Ok(Some(remembered.key))
    }

    pub(crate) async fn remembered(&self) -> Result<Option<Remembered>> {
        let bytes = self.host.session().await?;
        Ok(bytes.and_then(|bytes| Remembered::parse(&bytes)))
    }

    async fn remember(&self, key: &Zeroizing<[u8; KEY]>, minutes: u32) -> Result<()> {
        let now = self.host.now();
        let remembered = Remembered {
            key: key.clone(),
            idle: Idle {
                used: now,
                saved: now,
                minutes,
            },
        };
        self.host.set_session(Some(&remembered.bytes())).await?;
        self.idle.set(Some(remembered.idle));
        Ok(())
    }

    async fn forget_key(&self) -> Result<()> {
        self.close();
        self.host.set_session(None).await
    }

    /// Locks the profile if the time without use is over.
    pub(crate) async fn still_open(&self) -> Result<()> {
        let Some(idle) = self.idle.get() else {
            return Ok(());
        };
        let now = self.host.now();
        if idle.over(now) {
            // Another process may have used it since.
            match self.remembered().await? {
                Some(remembered) if !remembered.idle.over(now) => self.idle.set(Some(remembered.idle)),
                _ => {
                    self.forget_key().await?;
                    return Err(Code::Locked.into());
                }
            }
        }
        Ok(())
    }

    /// Takes note that the profile is in use.
    pub(crate) async fn touch(&self) -> Result<()> {
        let Some(mut idle) = self.idle.get() else {
            return Ok(());
        };
        idle.used = self.host.now();
        if idle.used.saturating_sub(idle.saved) >= UNSAVED
            && let Some(mut remembered) = self.remembered().await?
        {
            remembered.idle.used = idle.used;
            self.host.set_session(Some(&remembered.bytes())).await?;
            idle.saved = idle.used;
        }
        self.idle.set(Some(idle));
        Ok(())
    }

    /// What is answered although the profile could not be opened.
    pub(crate) async fn unopened(&self, sender: &Sender, request: Request, failure: Failure) -> Result<Done> {
        match (failure.code, request) {
            (Code::Locked, Request::Status) => self.status().await,
            (Code::Locked, Request::Unlock { passphrase }) => self.unlock(&passphrase).await,
            (Code::Locked, request @ (Request::Observed { .. } | Request::Navigated { .. })) => {
                self.capture_locked(sender, request).await
            }
            (Code::Locked, Request::Health { health }) if health.unconfirmed == 0 && health.forged == 0 => {
                self.here_locked(sender).await
            }
            (Code::Locked, Request::Family { family }) => self.family_locked(sender, &family).await,
            // The keys are gone for good: what is left opens nothing.
            (Code::KeysDamaged | Code::KeysUnavailable, Request::ForgetAll) => self.forget_unopened().await,
            _ => Err(failure),
        }
    }

    /// A page came into view while the profile is locked.
    async fn here_locked(&self, sender: &Sender) -> Result<Done> {
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        let open = self.open_row().await?;
        if !open.records(&address) {
            return Err(Code::SiteOff.into());
        }
        Ok(Done {
            reply: captured(Capture::Ignored).reply,
            effects: vec![toolbar::locked_icon(&open, &address, self.host.now())],
        })
    }

    /// Takes note of what the browser tells while the profile is locked.
    pub(crate) async fn take_locked(&self, event: Event) -> Result<Vec<Effect>> {
        match event {
            Event::Installed => Ok(Vec::new()),
            Event::Started | Event::Woken => {
                let open = self.open_row().await?;
                let (locked, _) = self.locked_row().await?;
                let now = self.host.now();
                let mut effects = vec![
                    toolbar::waiting(locked.waiting, &open, now),
                    toolbar::locked_icons(&open, now),
                    Effect::Refresh,
                ];
                // An older row names no scripts: what is registered stays.
                if open.v >= Open::VERSION {
                    effects.insert(
                        0,
                        Effect::Register {
                            scripts: open.scripts,
                        },
                    );
                }
                // What is due while it is locked waits for the passphrase: try again in a while.
                effects.extend(open.wake.map(|at| Effect::Wake {
                    at: at.max(now + 60 * MINUTE),
                }));
                Ok(effects)
            }
            Event::Permissions { origins } => {
                let _turn = self.host.exclusive().await?;
                let (mut locked, raw) = self.locked_row().await?;
                locked.granted = Some(origins);
                self.write_locked(&locked, raw, Vec::new()).await?;
                Ok(Vec::new())
            }
        }
    }

    pub(crate) async fn status(&self) -> Result<Done> {
        let passphrase = matches!(self.data_key_file().await?, Some(DataKeyFile::Passphrase { .. }));
        let locked = passphrase && self.vault.borrow().is_none() && self.remembered_key().await?.is_none();
        let (row, _) = self.locked_row().await?;
        Ok(Reply::Status {
            view: StatusView {
                locked,
                passphrase,
                waiting: row.waiting,
                wait_until: row.wait_until(self.host.now()),
            },
        }
        .into())
    }

    /// Opens the profile, and records what waited.
    pub(crate) async fn unlock(&self, passphrase: &Secret) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let Some(DataKeyFile::Passphrase { wrapped }) = self.data_key_file().await? else {
            return Err(Code::NoPassphrase.into());
        };
        let key = self.try_passphrase(&wrapped, passphrase).await?;
        self.use_data_key(&key).await?;
        let session = self.load().await?;
        self.remember(&key, session.state.idle_minutes).await?;
        self.settle(session).await?;
        let session = self.load().await?;
        let mut effects = self.standing(&session.state);
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: self.status().await?.reply,
            effects,
        })
    }

    /// Clears away what a kill left behind, and takes in what a locked profile took note of: the records that wait
    /// and the permissions that changed. Under the lock, of an open profile.
    pub(crate) async fn settle(&self, mut session: Session) -> Result<()> {
        self.mend_keys(&session).await?;
        self.sweep(&mut session).await?;
        self.clear_leftovers(&session).await?;
        session = self.load().await?;
        if session.state.forget_all_at.is_none() {
            self.empty_inbox(&mut session).await?;
        }
        let (mut locked, raw) = self.locked_row().await?;
        if let Some(granted) = locked.granted.take() {
            session.state.granted = granted;
            self.commit(&mut session, Vec::new()).await?;
        } else if locked.settled() {
            return Ok(());
        }
        self.write_locked(&locked.taken_in(), raw, Vec::new()).await?;
        Ok(())
    }

    /// The data key, if the passphrase is right and its turn has come. The attempt is counted before it is made,
    /// so that killing the process wins nothing. Under the lock.
    async fn try_passphrase(&self, wrapped: &Wrapped, passphrase: &Secret) -> Result<Zeroizing<[u8; KEY]>> {
        let now = self.host.now();
        let (mut locked, raw) = self.locked_row().await?;
        if locked.last > now {
            locked.last = now;
        }
        if locked.wait_until(now).is_some() {
            self.write_locked(&locked, raw, Vec::new()).await?;
            return Err(Code::PassphraseWait.into());
        }
        locked.wrong(now);
        let raw = self.write_locked(&locked, raw, Vec::new()).await?;
        match wrapped.open(passphrase.expose())? {
            Some(key) => {
                locked.right();
                self.write_locked(&locked, Some(raw), Vec::new()).await?;
                Ok(key)
            }
            None => Err(Code::PassphraseWrong.into()),
        }
    }

    pub(crate) async fn lock_now(&self) -> Result<Done> {
        if !matches!(self.data_key_file().await?, Some(DataKeyFile::Passphrase { .. })) {
            return Err(Code::NoPassphrase.into());
        }
        self.forget_key().await?;
        let (locked, _) = self.locked_row().await?;
        Ok(Done {
            reply: self.status().await?.reply,
            effects: vec![
                toolbar::waiting(locked.waiting, &self.open_row().await?, self.host.now()),
                Effect::Refresh,
            ],
        })
    }

    /// Sets, changes or removes the passphrase: only the file of the data key is written anew.
    pub(crate) async fn set_passphrase(
        &self,
        current: Option<&Secret>,
        new: Option<&Secret>,
    ) -> Result<Done> {
        if new.is_some_and(|new| new.expose().chars().count() < SHORTEST) {
            return Err(Code::PassphraseShort.into());
        }
        {
            let (_turn, mut session) = self.change().await?;
            if session.state.logs.is_empty() {
                return Err(Code::LogMissing.into());
            }
            let key = match self.data_key_file().await? {
                Some(DataKeyFile::Device { blob }) => self.host.unwrap(&blob).await?,
                Some(DataKeyFile::Passphrase { wrapped }) => {
                    let current = current.ok_or(Code::PassphraseWrong)?;
                    self.try_passphrase(&wrapped, current).await?
                }
                None => return Err(Code::KeysUnavailable.into()),
            };
            match new {
                Some(new) => {
                    let wrapped = Wrapped::new(&self.host, self.work, new.expose(), &key)?;
                    // The inbox must be there before the profile can be locked.
                    if session.state.inbox.is_none() {
                        self.make_inbox(&mut session).await?;
                        self.commit(&mut session, Vec::new()).await?;
                    }
                    self.write_data_key_file(&DataKeyFile::Passphrase { wrapped })
                        .await?;
                    self.remember(&key, session.state.idle_minutes).await?;
                }
                None => {
                    let blob = self.host.wrap(&key).await?;
                    self.write_data_key_file(&DataKeyFile::Device { blob }).await?;
                    self.idle.set(None);
                    self.host.set_session(None).await?;
                }
            }
        }
        self.settings_changed().await
    }

    pub(crate) async fn idle_lock(&self, minutes: u32) -> Result<Done> {
        if minutes > LONGEST {
            return Err(Failure::with(Code::MessageInvalid, "minutes"));
        }
        {
            let (_turn, mut session) = self.change().await?;
            session.state.idle_minutes = minutes;
            self.commit(&mut session, Vec::new()).await?;
            // Without a passphrase nothing is remembered, whatever a kill left there.
            if self.idle.get().is_some()
                && let Some(remembered) = self.remembered().await?
            {
                self.remember(&remembered.key, minutes).await?;
            }
        }
        self.settings_changed().await
    }

    /// What an open profile left for a locked one.
    pub(crate) async fn open_row(&self) -> Result<Open> {
        match self.host.get(Table::Meta, OPEN).await? {
            Some(row) => {
                let open: Open = plain::from_slice(&row)
                    .map_err(|_| Failure::with(Code::StoreCorrupt, format!("meta/{OPEN}")))?;
                if open.v > Open::VERSION {
                    return Err(Code::StoreNewer.into());
                }
                Ok(open)
            }
            None => Ok(Open::default()),
        }
    }

    /// What a locked profile wrote, with the row for the guard. A damaged row counts as none: it holds counts.
    pub(crate) async fn locked_row(&self) -> Result<(Locked, Option<Vec<u8>>)> {
        let raw = self.host.get(Table::Meta, LOCKED).await?;
        let locked = raw
            .as_deref()
            .and_then(|raw| plain::from_slice(raw).ok())
            .unwrap_or_default();
        Ok((locked, raw))
    }

    /// Writes the row of a locked profile with other changes; gives the new row.
    pub(crate) async fn write_locked(
        &self,
        locked: &Locked,
        raw: Option<Vec<u8>>,
        mut ops: Vec<Op>,
    ) -> Result<Vec<u8>> {
        let row = encode(locked)?;
        ops.push(Op::Put(Table::Meta, LOCKED.into(), row.clone()));
        let guard = (Table::Meta, LOCKED.to_owned(), raw);
        self.host.commit(Batch { guard, ops }).await?;
        Ok(row)
    }
}

fn encode(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|_| Failure::with(Code::Internal, "encode"))
}
