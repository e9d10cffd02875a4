//! Prints the TypeScript types of the messages: `cargo xtask generate` writes them where the pages find them.

use counterfoil_app::archive::{message as archive, view as searched};
use counterfoil_app::collectors::{message as collectors, view as trade};
use counterfoil_app::{error, message, view};
use ts_rs::{Config, TS};

fn main() {
    let config = Config::default();
    println!("// Generated from crate/app by `cargo xtask generate`. Do not edit.");
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(println!("\nexport {}", <$type>::decl(&config));)*
        };
    }
    declare!(
        error::Code,
        error::Failure,
        message::Intent,
        message::Confirm,
        message::Field,
        message::Hints,
        message::Observed,
        message::Navigated,
        message::Held,
        message::Unproven,
        message::FamilySeen,
        message::Answered,
        message::Verdict,
        message::Rated,
        message::PauseLength,
        view::Filter,
        view::TimeDetail,
        message::Hide,
        message::ExportChoice,
        message::Secret,
        message::Request,
        message::Capture,
        message::Reply,
        message::Answer,
        message::Script,
        message::Icon,
        message::SiteIcon,
        message::Effect,
        message::Event,
        collectors::OfferChoice,
        collectors::Withdrawn,
        collectors::Statements,
        collectors::CollectorRequest,
        collectors::CollectorReply,
        collectors::CollectorAnswer,
        archive::BulkDecision,
        archive::ArchiveRequest,
        archive::ArchiveReply,
        archive::ArchiveAnswer,
        searched::SearchView,
        searched::FoundItem,
        searched::QueryFault,
        searched::CountedView,
        searched::FittedView,
        searched::FittingTally,
        searched::Tally,
        searched::MonthTally,
        searched::ConversationView,
        searched::DecidedView,
        trade::FoundView,
        trade::CollectorsView,
        trade::CollectorView,
        trade::OfferView,
        trade::RuleView,
        trade::ShareState,
        trade::ShareView,
        trade::CountView,
        trade::SumView,
        trade::LedgerKind,
        trade::LedgerView,
        trade::WithdrawalState,
        trade::WithdrawalView,
        trade::WithdrawalScope,
        trade::WorthView,
        trade::DataSort,
        trade::RecordShareView,
        trade::StandingView,
        view::Review,
        view::Damage,
        view::Audience,
        view::StatusView,
        view::WordsState,
        view::LogView,
        view::SettingsView,
        view::RestoreView,
        view::Place,
        view::Item,
        view::FindingGroup,
        view::FindingReason,
        view::Span,
        view::FindingView,
        view::RedactionView,
        view::HidingView,
        view::RecordView,
        view::SiteState,
        view::HealthState,
        view::Health,
        view::Site,
        view::PauseView,
        view::Notice,
        view::Counts,
        view::PopupView,
        view::WelcomeView,
        view::SitesView,
        view::ListView,
        view::Excluded,
        view::DraftRecord,
        view::DraftView,
        view::Export,
        view::ExportsView,
    );
    // Which messages belong to a module of their own.
    constant("ARCHIVE_REQUESTS", &archive::ArchiveRequest::NAMES);
    constant("COLLECTOR_REQUESTS", &collectors::CollectorRequest::NAMES);
}

/// A list of the names of messages, which are in camel case here.
fn constant(name: &str, messages: &[&str]) {
    let snake = |name: &&str| format!("  \"{}\",", counterfoil_app::tagged::snake(name));
    let names: Vec<String> = messages.iter().map(snake).collect();
    println!("\nexport const {name} = [\n{}\n] as const;", names.join("\n"));
}
