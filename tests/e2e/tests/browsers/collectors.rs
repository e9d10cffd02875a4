//! Collectors in the real browsers: added, shared with, paid, withdrawn from. What goes over the wire is what was
//! approved, and tells two collectors nothing that they could compare.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::bundle;
use counterfoil_e2e::collector::{Collector, Heard};
use counterfoil_e2e::dealing::COLLECTORS;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::first_run::say;
use crate::lab::{Lab, ON, Session, on_fresh};

const TEXTS: [&str; 3] = [
    "What does zebrafinch sing?",
    "Wo schläft das Okapi? 🦊",
    "متى يستيقظ السمندل",
];
/// Deselected: never leaves.
const KEPT: &str = "Why does quokka smile?";
/// What requests of one browser to anybody have in common: the browser and the person's language, by which every
/// page that is visited knows them, and how the bodies are written.
const COMMON: [&str; 13] = [
    "user-agent",
    "accept",
    "accept-language",
    "accept-encoding",
    "cache-control",
    "pragma",
    "connection",
    "content-type",
    "priority",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-storage-access",
];

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(
        lab,
        kind,
        "an_offer_is_taken_up_paid_and_withdrawn_from",
        async |session| {
            session.make_ready().await?;
            taken_up(session).await
        },
    ));
    trials.push(on_fresh(
        lab,
        kind,
        "an_offer_is_taken_up_by_file",
        async |session| {
            session.make_ready().await?;
            by_file(session).await
        },
    ));
}

/// Adds a collector by its address in the full tab, where its fingerprint is shown; gives its id.
async fn add(browser: &Browser, collector: &Collector, first: bool) -> Result<String> {
    let tab = browser.open_page(COLLECTORS).await?;
    browser.look_at_collector(&collector.url(), first).await?;
    let id = browser.keep_collector().await?;
    browser.close(&tab).await?;
    Ok(id)
}

/// Where the browser says no to data that leaves, nothing is signed.
async fn refused(browser: &Browser) -> Result<()> {
    browser.click_for_prompt("[data-action=approve-offer]").await?;
    browser.answer_prompt(false).await?;
    browser.find("#share-fault:not(:empty)").await?;
    let made = browser.collectors().await?;
    ensure!(
        made.iter()
            .all(|it| it["shares"].as_array().is_some_and(Vec::is_empty)),
        "it was approved"
    );
    Ok(())
}

/// What the person took back in the browser's settings is not sent, until they agree again.
async fn consent_taken_back(session: &Session, shop: &Collector, id: &str, seq: u64) -> Result<()> {
    let browser = &session.browser;
    browser.ask(&json!({ "type": "mark", "seqs": [seq] })).await?;
    let tab = browser.open_page(COLLECTORS).await?;
    browser
        .click(&format!("[data-collector='{id}'] [data-action=see-offer]"))
        .await?;
    browser.click("[data-action=draft-offer]").await?;
    browser.approve_offer(false).await?;
    browser.click("[data-action=send-later]").await?;
    browser.find("[data-share][data-state=unanswered]").await?;
    browser.close(&tab).await?;
    let puts = || shop.heard().iter().filter(|it| it.method == "PUT").count();
    let before = puts();
    browser.revoke_data(&["websiteContent"]).await?;
    let export = browser.collector(id).await?["shares"][0]["id"].clone();
    let failed = browser
        .answer_to(&json!({ "type": "send", "export": export }))
        .await?;
    ensure!(failed["failure"]["code"] == "data_consent", "{failed}");
    ensure!(puts() == before, "it was sent");
    let tab = browser.open_page(COLLECTORS).await?;
    browser
        .click_for_prompt(&format!("[data-collector='{id}'] [data-action=send-share]"))
        .await?;
    browser.answer_prompt(true).await?;
    browser
        .find_within(
            &format!("[data-collector='{id}'] [data-share={export}][data-state=receipted]"),
            Duration::from_secs(30),
        )
        .await?;
    ensure!(puts() == before + 1, "{} bundles were sent", puts() - before);
    browser.close(&tab).await
}

/// Takes the first offer of a collector up with what is marked; gives the export.
async fn share(browser: &Browser, id: &str, adult: bool) -> Result<String> {
    let offer = browser.collector(id).await?["offers"][0]["sha256"]
        .as_str()
        .context("no offer")?
        .to_owned();
    let tab = browser.open_page(COLLECTORS).await?;
    let card = format!("[data-collector='{id}'] [data-offer='{offer}']");
    let counted = browser.find(&format!("{card} [data-fits]")).await?;
    let fits: usize = counted
        .attr("data-fits")
        .await?
        .context("nothing was counted")?
        .parse()?;
    ensure!(fits > TEXTS.len(), "{fits} records are said to fit");
    browser.click(&format!("{card} [data-action=see-offer]")).await?;
    if adult {
        browser.click("[name=adult]").await?;
    }
    let notice = browser.find("[data-notice-text]").await?.text().await?;
    browser.click("[data-action=draft-offer]").await?;
    browser.find("[data-action=approve-offer]").await?;
    let worth = browser.find("[data-worth]").await?.attr("data-worth").await?;
    ensure!(worth.as_deref() == Some("21"), "it is said to be worth {worth:?}");
    let shown = browser.find("[data-notice-text]").await?.text().await?;
    ensure!(shown == notice, "another notice is shown: {shown:?}");
    if adult && browser.asks_data() {
        refused(browser).await?;
    }
    browser.approve_offer(adult).await?;
    let export = browser.send_now().await?;
    browser.close(&tab).await?;
    Ok(export)
}

/// The file of an export, as the page would save it.
async fn file(browser: &Browser, export: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for index in 0.. {
        let request = json!({ "type": "chunk", "export": export, "index": index });
        let reply = browser.ask(&request).await?;
        let data = reply["data"].as_str().context("no data")?;
        bytes.extend(data_encoding::BASE64.decode(data.as_bytes())?);
        if reply["count"] == index + 1 {
            break;
        }
    }
    Ok(bytes)
}

async fn taken_up(session: &mut Session) -> Result<()> {
    let (browser, tools) = (&session.browser, &session.tools);
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let mut seqs = Vec::new();
    for text in TEXTS.iter().chain([&KEPT]) {
        say(session, text).await?;
        seqs.push(browser.recorded(since, ON, text).await?.seq);
    }
    browser.close(&tab).await?;
    let kept = seqs.pop().context("nothing was recorded")?;
    // Until a collector is added, nobody is asked.
    session.nothing_left()?;
    let shops = [
        Collector::start(&tools.collector, "Prompts to learn from").await?,
        Collector::start(&tools.collector, "Prompts to measure with").await?,
    ];
    let mut exports = Vec::new();
    let mut ids = Vec::new();
    for shop in &shops {
        ensure!(shop.heard().is_empty(), "it was asked before it was added");
        let id = add(browser, shop, ids.is_empty()).await?;
        browser.ask(&json!({ "type": "mark", "seqs": seqs })).await?;
        let export = share(browser, &id, ids.is_empty()).await?;

        // What was approved is what went, once; what was not marked went nowhere.
        let bytes = file(browser, &export).await?;
        let puts: Vec<_> = shop.heard().into_iter().filter(|it| it.method == "PUT").collect();
        ensure!(
            puts.len() == 1 && puts[0].body == bytes,
            "{} bundles were sent",
            puts.len()
        );
        for heard in shop.heard() {
            let body = String::from_utf8_lossy(&heard.body);
            ensure!(
                !body.contains("quokka"),
                "what was not marked left: {}",
                heard.target
            );
            for absent in ["origin", "referer", "cookie"] {
                ensure!(
                    heard.header(absent).is_none(),
                    "{absent}: {:?}",
                    heard.header(absent)
                );
            }
        }
        let zip = browser.room().join(format!("{export}.zip"));
        std::fs::write(&zip, &bytes)?;
        let records = bundle::records(tools, &zip).await?;
        let sent: BTreeSet<_> = records.iter().filter_map(|it| it["text"].as_str()).collect();
        ensure!(sent == TEXTS.into_iter().collect(), "{sent:?}");
        bundle::verify_everywhere(tools, &zip).await?;
        let view = browser.collector(&id).await?;
        ensure!(
            view["sums"][0]["owed"] == "21" && view["shares"][0]["differs"] == false,
            "{view}"
        );
        exports.push((export, records));
        ids.push(id);
    }
    nothing_in_common(&shops, &exports)?;
    if browser.asks_data() {
        consent_taken_back(session, &shops[1], &ids[1], kept).await?;
    }

    let alone = *seqs.first().context("nothing was shared")?;
    taken_back_alone(browser, &shops[1], &ids[1], alone).await?;
    paid_and_withdrawn_from(browser, &shops[0], &ids[0]).await
}

/// Saves a file from the collector's own page, which is in view.
async fn saved_from_page(browser: &Browser, selector: &str) -> Result<String> {
    let before = browser.downloaded("json")?;
    browser.click(selector).await?;
    chosen(&browser.saved("json", &before).await?)
}

/// A file as it is put into a field that takes one.
fn chosen(file: &Path) -> Result<String> {
    Ok(file
        .canonicalize()?
        .to_str()
        .context("a path that is no text")?
        .to_owned())
}

/// As a person does it whose extension speaks to nobody: everything goes through the collector's page and files.
async fn by_file(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    say(session, TEXTS[0]).await?;
    let seq = browser.recorded(since, ON, TEXTS[0]).await?.seq;
    browser.close(&tab).await?;
    browser.ask(&json!({ "type": "mark", "seqs": [seq] })).await?;

    let shop = Collector::start(&session.tools.collector, "Prompts to learn from").await?;
    let tab = browser.open(&shop.url()).await?;
    let description = saved_from_page(browser, "a[download='counterfoil-collector.json']").await?;
    let offers = saved_from_page(browser, "a[download='counterfoil-offers.json']").await?;
    browser.close(&tab).await?;

    let tab = browser.open_page(COLLECTORS).await?;
    let field = "input[data-action=look-file]";
    // Where there is no other way, it is open from the start.
    let ways = browser.find("details:has([data-action=look-file])").await?;
    if ways.attr("open").await?.is_none() {
        browser
            .click("details:has([data-action=look-file]) > summary")
            .await?;
    }
    browser.find(field).await?.send_keys(description).await?;
    browser.click("[data-action=add-collector]").await?;
    let field = "input[data-action=take-statements]";
    browser.find(field).await?.send_keys(offers).await?;
    browser.click("[data-offer] [data-action=see-offer]").await?;
    browser.click("[name=adult]").await?;
    browser.click("[data-action=draft-offer]").await?;
    let before = browser.downloaded("zip")?;
    browser.click("[data-action=approve-offer]").await?;
    let bundle = chosen(&browser.saved("zip", &before).await?)?;
    browser.close(&tab).await?;

    let tab = browser.open(&shop.url()).await?;
    browser.find("#bundle").await?.send_keys(bundle).await?;
    let receipt = saved_from_page(browser, "form button").await?;
    browser.close(&tab).await?;

    let tab = browser.open_page(COLLECTORS).await?;
    browser.find(field).await?.send_keys(receipt).await?;
    browser
        .find("[data-collector] [data-share][data-state=receipted] [data-amount='7']")
        .await?;
    browser.close(&tab).await?;
    ensure!(shop.holds(TEXTS[0].as_bytes())?, "it was not handed over");
    // Whatever was asked, a page asked for; the extension's own requests would have no such header.
    let own = shop
        .heard()
        .into_iter()
        .find(|it| it.header("sec-fetch-mode") != Some("navigate"));
    let own = own.filter(|it| it.target != "/style.css");
    ensure!(own.is_none(), "the extension spoke to it: {own:?}");
    Ok(())
}

/// One record is taken back alone, from its own page.
async fn taken_back_alone(browser: &Browser, shop: &Collector, id: &str, seq: u64) -> Result<()> {
    let tab = browser.open_page(&format!("app/app.html#records/{seq}")).await?;
    let went = format!("[data-went='{id}']");
    browser
        .click(&format!("{went} [data-action=withdraw-record]"))
        .await?;
    browser.click("dialog[open] [data-action=withdraw-yes]").await?;
    browser.find(&format!("{went}[data-withdrawn=true]")).await?;
    browser.close(&tab).await?;
    until("the record to be gone", SOON, async || {
        Ok((!shop.holds(TEXTS[0].as_bytes())?).then_some(()))
    })
    .await?;
    ensure!(
        shop.holds(TEXTS[1].as_bytes())?,
        "more was deleted than was withdrawn"
    );
    Ok(())
}

/// Paid, as the collector says; withdrawn, and known to be carried out.
async fn paid_and_withdrawn_from(browser: &Browser, shop: &Collector, id: &str) -> Result<()> {
    let person = browser.collector(id).await?["person"]
        .as_str()
        .context("no person")?
        .to_owned();
    shop.operate(
        &["account", "pay"],
        &[&person, "--amount", "20", "--rail", "cash", "--ref", "1"],
    )?;
    let tab = browser.open_page(COLLECTORS).await?;
    browser
        .click(&format!(
            "[data-collector='{id}'] [data-action=refresh-collector]"
        ))
        .await?;
    browser
        .find(&format!(
            "[data-collector='{id}'] [data-sum=EUR][data-outstanding='1']"
        ))
        .await?;
    ensure!(shop.holds("zebrafinch".as_bytes())?, "it never had the text");
    browser.withdraw_all(id).await?;
    ensure!(!shop.holds("zebrafinch".as_bytes())?, "it still has the text");
    browser.close(&tab).await
}

/// Two collectors' requests and records of one person share no value that would show that it is one.
fn nothing_in_common(shops: &[Collector; 2], exports: &[(String, Vec<Value>)]) -> Result<()> {
    let values = |heard: Vec<Heard>| -> BTreeSet<String> {
        let headers = heard.into_iter().flat_map(|it| it.headers);
        let telling =
            headers.filter(|(name, _)| !COMMON.contains(&name.as_str()) && name != "content-length");
        telling.map(|(_, value)| value).collect()
    };
    let [left, right] = shops.each_ref().map(|shop| values(shop.heard()));
    let both: Vec<_> = left.intersection(&right).collect();
    ensure!(both.is_empty(), "both were told {both:?}");
    let told = |records: &[Value], field: &str| -> BTreeSet<String> {
        records
            .iter()
            .filter_map(|it| it[field].as_str().map(str::to_owned))
            .collect()
    };
    for field in ["id", "salt", "thread"] {
        let [left, right] = [0, 1].map(|at| told(&exports[at].1, field));
        let both: Vec<_> = left.intersection(&right).collect();
        ensure!(both.is_empty(), "both have the {field} {both:?}");
    }
    let people = [0, 1].map(|at| shops[at].operate(&["account", "list"], &[]));
    let [left, right] = people.map(|list| {
        list.unwrap_or_default()
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    ensure!(
        left.starts_with("did:key:") && right.starts_with("did:key:"),
        "{left} {right}"
    );
    ensure!(left != right, "the person has one name at both: {left}");
    Ok(())
}
