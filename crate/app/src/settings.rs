//! Keys and data as the person sees them: the 24 words, retention, forgetting everything.

use counterfoil_core::keys::{KeyError, Root};

use crate::app::{App, Done, Session, key_failure};
use crate::error::{Code, Failure, Result};
use crate::keys::DataKeyFile;
use crate::message::{Effect, Reply, Secret};
use crate::ports::{Batch, Host, Op, Span, Table};
use crate::review::UNDO;
use crate::state::State;
use crate::toolbar;
use crate::view::{LogView, SettingsView, WordsState};

const HOUR: u64 = 3_600_000;
/// After so many records, or so long, a backup is due.
const BEHIND: u32 = 500;
/// See [`BEHIND`], in milliseconds.
const LONG: u64 = 30 * 86_400_000;
/// Longest retention, in days.
const DAYS: u32 = 3_650;
/// Rows removed in one transaction.
const ROWS: u32 = 1_000;

impl<H: Host> App<H> {
    pub(crate) async fn settings(&self) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        Ok(Reply::Settings {
            view: self.settings_view(&session).await?,
        }
        .into())
    }

    /// The answer to a change of the settings.
    pub(crate) async fn settings_changed(&self) -> Result<Done> {
        let session = self.load().await?;
        let mut effects = self.standing(&session.state);
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: Reply::Settings {
                view: self.settings_view(&session).await?,
            },
            effects,
        })
    }

    pub(crate) async fn settings_view(&self, session: &Session) -> Result<SettingsView> {
        let state = &session.state;
        let now = self.host.now();
        let mut logs = Vec::with_capacity(state.logs.len());
        for log in &state.logs {
            let root = self.root(session, log.root).await?;
            let key = root.log_key(&log.head.id).map_err(key_failure)?;
            logs.push(LogView {
                id: log.head.id.to_hex(),
                did: key.did().to_string(),
                lines: log.head.size(),
                read_only: log.read_only,
            });
        }
        let since_consent = state.consented.unwrap_or(now);
        let overdue = now.saturating_sub(state.backup.unwrap_or(since_consent)) >= LONG;
        let last_hour = self.since(session, now.saturating_sub(HOUR)).await?.len();
        Ok(SettingsView {
            ready: !state.logs.is_empty(),
            words: state.words,
            passphrase: matches!(self.data_key_file().await?, Some(DataKeyFile::Passphrase { .. })),
            idle_minutes: state.idle_minutes,
            retention_days: state.retention_days,
            backup: state.backup,
            backup_behind: state.since_backup,
            backup_due: state.since_backup >= BEHIND || state.since_backup > 0 && overdue,
            last_hour: u32::try_from(last_hour).unwrap_or(u32::MAX),
            forget_all_at: state.forget_all_at,
            always_hidden: self.always_hidden(session).await?.into_iter().collect(),
            logs,
        })
    }

    /// The 24 words, until they are confirmed.
    pub(crate) async fn words(&self) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        if session.state.logs.is_empty() {
            return Err(Code::LogMissing.into());
        }
        if session.state.words == WordsState::Confirmed {
            return Err(Code::WordsShown.into());
        }
        let words = self.root(&session, 0).await?.words();
        session.state.words = WordsState::Shown;
        self.commit(&mut session, Vec::new()).await?;
        Ok(Reply::Words {
            words: Secret::from((*words).clone()),
        }
        .into())
    }

    /// The person enters the words that were shown.
    pub(crate) async fn confirm_words(&self, words: &Secret) -> Result<Done> {
        let entered = root_of(words)?;
        {
            let (_turn, mut session) = self.change().await?;
            if session.state.logs.is_empty() {
                return Err(Code::LogMissing.into());
            }
            if self.root(&session, 0).await?.entropy() != entered.entropy() {
                return Err(Code::WordsWrong.into());
            }
            session.state.words = WordsState::Confirmed;
            self.commit(&mut session, Vec::new()).await?;
        }
        self.settings_changed().await
    }

    pub(crate) async fn retention(&self, days: Option<u32>) -> Result<Done> {
        if days.is_some_and(|days| days == 0 || days > DAYS) {
            return Err(Failure::with(Code::MessageInvalid, "days"));
        }
        {
            let (_turn, mut session) = self.change().await?;
            session.state.retention_days = days;
            session.state.retained = 0;
            self.commit(&mut session, Vec::new()).await?;
        }
        self.purge().await?;
        self.settings_changed().await
    }

    /// Everything is to go, once the time to undo it is over. Nothing is recorded meanwhile.
    pub(crate) async fn forget_all(&self) -> Result<Done> {
        {
            let (_turn, mut session) = self.change().await?;
            let at = self.host.now() + UNDO;
            session.state.forget_all_at.get_or_insert(at);
            self.commit(&mut session, Vec::new()).await?;
        }
        self.settings_changed().await
    }

    pub(crate) async fn undo_forget_all(&self) -> Result<Done> {
        {
            let (_turn, mut session) = self.change().await?;
            session.state.forget_all_at = None;
            self.commit(&mut session, Vec::new()).await?;
        }
        self.settings_changed().await
    }

    /// Forgets everything if its time has come; gives what is to be done in the browser then.
    pub(crate) async fn forget_everything_if_due(&self) -> Result<Option<Vec<Effect>>> {
        let now = self.host.now();
        let due = |state: &State| state.forget_all_at.is_some_and(|at| at <= now || at - now > UNDO);
        if !due(&self.load().await?.state) {
            return Ok(None);
        }
        let _turn = self.host.exclusive().await?;
        let session = self.load().await?;
        if !due(&session.state) {
            return Ok(None);
        }
        let granted = session.state.granted.clone();
        self.wipe(session.sealed.clone()).await?;
        Ok(Some(forgotten(granted)))
    }

    /// Forgets a profile whose keys are gone, at once: nothing in it can be read any more.
    pub(crate) async fn forget_unopened(&self) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let sealed = self.host.get(Table::Meta, crate::app::STATE).await?;
        let open = self.open_row().await.unwrap_or_default();
        self.wipe(sealed).await?;
        Ok(Done {
            reply: Reply::Changed { count: 0 },
            effects: forgotten(
                open.scripts
                    .into_iter()
                    .flat_map(|script| script.matches)
                    .collect(),
            ),
        })
    }

    /// Removes every row, the state last, and then destroys the keys: a kill in between is carried on by the
    /// next start. Under the lock.
    async fn wipe(&self, sealed: Option<Vec<u8>>) -> Result<()> {
        let guard = (Table::Meta, crate::app::STATE.to_owned(), sealed);
        for table in Table::ALL {
            loop {
                let span = Span {
                    limit: ROWS,
                    ..Span::default()
                };
                let rows = self.host.range(table, span).await?;
                let ops: Vec<_> = rows
                    .into_iter()
                    .filter(|(key, _)| (table, key.as_str()) != (Table::Meta, crate::app::STATE))
                    .map(|(key, _)| Op::Remove(table, key))
                    .collect();
                if ops.is_empty() {
                    break;
                }
                let guard = guard.clone();
                self.host.commit(Batch { guard, ops }).await?;
            }
        }
        let ops = vec![Op::Remove(Table::Meta, crate::app::STATE.to_owned())];
        self.host.commit(Batch { guard, ops }).await?;
        self.destroy_keys().await
    }
}

/// What is to be done in the browser once nothing is left.
fn forgotten(granted: Vec<String>) -> Vec<Effect> {
    let nothing = State::default();
    let mut effects = vec![
        Effect::Register { scripts: Vec::new() },
        toolbar::badge(&nothing),
        toolbar::icons(&nothing, 0),
    ];
    effects.extend(granted.into_iter().map(|matches| Effect::Release { matches }));
    effects.push(Effect::Refresh);
    effects
}

/// The root of entered words.
pub(crate) fn root_of(words: &Secret) -> Result<Root> {
    Root::from_words(words.expose()).map_err(|error| match error {
        KeyError::UnknownWord(number) => Failure::with(Code::WordUnknown, number.to_string()),
        KeyError::WordCount => Code::WordsCount.into(),
        _ => Code::WordsChecksum.into(),
    })
}
