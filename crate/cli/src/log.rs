//! The log in a directory: the app over its native ports, asked as a page of the extension asks it.

use std::path::{Path, PathBuf};

use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use counterfoil_app::collectors::message::{CollectorAnswer, CollectorReply, CollectorRequest};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::message::{Answer, Reply, Request};
use counterfoil_app::view::SettingsView;
use counterfoil_native::{OpenError, Profile, block_on};

use crate::{failure, secret};

/// The address under which the command line asks: that of the program itself, not of a site.
const OWN: &str = "counterfoil:";

/// Which log, and what opens it.
#[derive(clap::Args)]
pub(crate) struct LogArguments {
    /// Directory of the log
    #[arg(long = "log", value_name = "DIR")]
    directory: PathBuf,
    /// File with the passphrase of a locked log; without it, the terminal asks
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// An open log.
pub(crate) struct Log {
    app: App<Profile>,
    directory: PathBuf,
    sender: Sender,
}

impl Log {
    /// Opens the log that is there, with its passphrase if it is locked.
    pub(crate) fn open(arguments: &LogArguments) -> Result<Self, String> {
        let log = Self::reopen(&arguments.directory)?;
        log.unlock(arguments)?;
        Ok(log)
    }

    /// Opens the log that is there, or an empty directory for one.
    pub(crate) fn open_or_create(arguments: &LogArguments) -> Result<Self, String> {
        match Profile::open(&arguments.directory) {
            Err(OpenError::Missing(_)) => Self::create(&arguments.directory),
            Err(error) => Err(unopened(&error)),
            Ok(_) => Self::open(arguments),
        }
    }

    /// Makes a directory for a log, without one in it yet.
    pub(crate) fn create(directory: &Path) -> Result<Self, String> {
        Profile::create(directory)
            .map(Self::over)
            .map_err(|error| unopened(&error))
    }

    /// Opens the log that is there, as it is: it may be locked, or none yet.
    pub(crate) fn reopen(directory: &Path) -> Result<Self, String> {
        Profile::open(directory)
            .map(Self::over)
            .map_err(|error| unopened(&error))
    }

    fn over(profile: Profile) -> Self {
        Self {
            directory: profile.directory().to_owned(),
            app: App::new(profile),
            sender: Sender {
                own: OWN.into(),
                url: OWN.into(),
                ..Sender::default()
            },
        }
    }

    fn unlock(&self, arguments: &LogArguments) -> Result<(), String> {
        let Reply::Status { view } = self.ask(Request::Status)? else {
            return Err(self.misunderstood());
        };
        if view.locked {
            let passphrase = secret::passphrase(arguments.passphrase_file.as_deref())?
                .ok_or_else(|| self.describe(&Code::Locked.into()))?;
            self.ask(Request::Unlock { passphrase })?;
        }
        Ok(())
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What it is called in a sentence.
    pub(crate) fn name(&self) -> String {
        format!("the log in {}", self.directory.display())
    }

    /// Carries out a request; the error is the line to print.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, String> {
        self.try_ask(request).map_err(|failure| self.describe(&failure))
    }

    /// Carries out a request.
    pub(crate) fn try_ask(&self, request: Request) -> Result<Reply, Failure> {
        match block_on(self.app.handle(&self.sender, request)).answer {
            Answer::Ok { reply } => Ok(reply),
            Answer::Failed { failure } => Err(failure),
        }
    }

    /// Carries out a request about collectors; the error is the line to print.
    pub(crate) fn deal(&self, request: CollectorRequest) -> Result<CollectorReply, String> {
        match block_on(self.app.handle_collectors(&self.sender, request)).answer {
            CollectorAnswer::Ok { reply } => Ok(reply),
            CollectorAnswer::Failed { failure } => Err(self.describe(&failure)),
        }
    }

    /// Carries out a request to the archive; the error is the line to print.
    pub(crate) fn look(&self, request: ArchiveRequest) -> Result<ArchiveReply, String> {
        match block_on(self.app.handle_archive(&self.sender, request)).answer {
            ArchiveAnswer::Ok { reply } => Ok(reply),
            ArchiveAnswer::Failed { failure } => Err(self.describe(&failure)),
        }
    }

    /// How it stands; an error if there is none in the directory.
    pub(crate) fn settings(&self) -> Result<SettingsView, String> {
        match self.ask(Request::Settings)? {
            Reply::Settings { view } if view.ready => Ok(view),
            Reply::Settings { .. } => Err(self.describe(&Code::LogMissing.into())),
            _ => Err(self.misunderstood()),
        }
    }

    /// The line for a failure.
    pub(crate) fn describe(&self, failure: &Failure) -> String {
        failure::describe(failure, &self.directory)
    }

    /// The line for a reply to another request.
    pub(crate) fn misunderstood(&self) -> String {
        self.describe(&Code::Internal.into())
    }
}

/// The line for a directory that could not be opened.
fn unopened(error: &OpenError) -> String {
    match error {
        OpenError::System { .. } => {
            format!("{error}. Name a directory with --log in which you may read and write")
        }
        told => told.to_string(),
    }
}
