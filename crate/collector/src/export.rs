//! Exporting: JSON lines, and what describes them (Croissant 1.1 of `MLCommons`, with its vocabulary for responsible AI).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use counterfoil_core::collector::offer::Offer;
use counterfoil_core::encoding::to_hex;
use counterfoil_core::record::SharedLine;
use counterfoil_core::time;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::collector::Collector;
use crate::directory;
use crate::failure::Failure;
use crate::store::{HeldRecord, Store};
use crate::system;

const RECORDS: &str = "records.jsonl";
const DESCRIPTION: &str = "croissant.json";
/// Records that are read at a time.
const PAGE: u32 = 256;

/// The fields of a line: name, type, description.
const FIELDS: [(&str, &str, &str); 13] = [
    ("id", "sc:Text", "UUID of the record, of this collector only"),
    (
        "kind",
        "sc:Text",
        "search, prompt, post, comment, edit, response or rating",
    ),
    (
        "text",
        "sc:Text",
        "The text, redacted by its author before it was signed",
    ),
    (
        "lang",
        "sc:Text",
        "Language, a BCP 47 tag; empty where it is not known",
    ),
    (
        "site",
        "sc:Text",
        "Host on which it was written; empty where it is withheld",
    ),
    (
        "time",
        "sc:Text",
        "Day or month of writing; empty where it is withheld",
    ),
    (
        "thread",
        "sc:Text",
        "Random label of the conversation within one contributor; empty where there is none",
    ),
    (
        "claimed_evidence",
        "sc:Text",
        "How the contributor claims to have come by it: observed, imported or entered",
    ),
    (
        "redactions",
        "sc:Text",
        "What was taken out: types and counts, as JSON",
    ),
    (
        "contributor",
        "sc:Text",
        "Label of the contributor, new in each export",
    ),
    (
        "seq",
        "sc:Integer",
        "Position in the contributor's log for this collector",
    ),
    (
        "bundle_sha256",
        "sc:Text",
        "Digest of the signed approval under which it came",
    ),
    (
        "offer_sha256",
        "sc:Text",
        "Digest of the signed offer under which it came",
    ),
];

/// Writes what may be used for a purpose into a directory; gives how many records. Each file appears under its name
/// once it is whole.
pub(crate) async fn write<S: Store>(
    collector: &Collector<S>,
    purpose: &str,
    out: &Path,
) -> Result<u64, Failure> {
    let failed = |error: std::io::Error| Failure::file(out.display(), &error);
    fs::create_dir_all(out).map_err(failed)?;
    let part = out.join(format!("{RECORDS}.part"));
    let mut writer = Counting::new(File::create(&part).map_err(failed)?);
    let salt = system::random::<32>()?;
    let (mut records, mut after, mut offers) = (0, 0, BTreeSet::new());
    loop {
        let page = collector.store.records(purpose, after, PAGE).await?;
        for held in &page {
            writer.line(&line_of(held, &salt)?).map_err(failed)?;
            offers.insert(held.offer_sha256.clone());
            after = held.id;
            records += 1;
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    let (bytes, sha256) = writer.finish().map_err(failed)?;
    if records == 0 {
        fs::remove_file(&part).map_err(failed)?;
        return Ok(0);
    }
    fs::rename(&part, out.join(RECORDS)).map_err(failed)?;
    let description = describe(collector, purpose, &offers, bytes, &sha256).await?;
    let part = out.join(format!("{DESCRIPTION}.part"));
    let mut file = File::create(&part).map_err(failed)?;
    serde_json::to_writer_pretty(&mut file, &description)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&part, out.join(DESCRIPTION)).map_err(failed)?;
    directory::sync(out)?;
    Ok(records)
}

fn line_of(held: &HeldRecord, salt: &[u8; 32]) -> Result<Vec<u8>, Failure> {
    let record = SharedLine::parse(&held.line).map_err(|error| Failure::new(error.to_string()))?;
    let label = Sha256::new_with_prefix(salt)
        .chain_update(held.person.as_str())
        .finalize();
    let redactions: Vec<_> = record
        .redactions
        .iter()
        .map(|redaction| json!({ "type": &*redaction.kind, "count": redaction.count }))
        .collect();
    let line = json!({
        "id": &*record.id,
        "kind": record.kind.as_str(),
        "text": &*record.text,
        "lang": record.lang.as_deref().unwrap_or_default(),
        "site": record.site.as_deref().unwrap_or_default(),
        "time": record.time.as_deref().unwrap_or_default(),
        "thread": record.thread.as_deref().unwrap_or_default(),
        "claimed_evidence": record.claimed_evidence.as_str(),
        "redactions": Value::Array(redactions).to_string(),
        "contributor": to_hex(label.get(..8).unwrap_or_default()),
        "seq": record.seq,
        "bundle_sha256": held.bundle_sha256,
        "offer_sha256": held.offer_sha256,
    });
    Ok(serde_json::to_vec(&line)?)
}

/// A file whose bytes and digest are known at its end.
struct Counting {
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Counting {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::new(file),
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    fn line(&mut self, line: &[u8]) -> std::io::Result<()> {
        for bytes in [line, b"\n"] {
            self.digest.update(bytes);
            self.bytes += bytes.len() as u64;
            self.file.write_all(bytes)?;
        }
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<(u64, String)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok((self.bytes, to_hex(&self.digest.finalize())))
    }
}

async fn describe<S: Store>(
    collector: &Collector<S>,
    purpose: &str,
    offers: &BTreeSet<String>,
    bytes: u64,
    sha256: &str,
) -> Result<Value, Failure> {
    let (name, contact) = collector.names().await?;
    let (mut regions, mut reviewed, mut retention) = (BTreeSet::new(), false, u64::MAX);
    let mut terms = BTreeMap::new();
    for made in collector
        .store
        .offers()
        .await?
        .into_iter()
        .filter(|made| offers.contains(&made.sha256))
    {
        let offer = Offer::open(&made.compact)?;
        regions.extend(offer.regions);
        reviewed |= offer.human_review;
        retention = retention.min(offer.retention_days);
        terms.insert(made.sha256, offer.terms_sha256);
    }
    let day =
        time::day(system::now().saturating_mul(1000)).map_err(|error| Failure::new(error.to_string()))?;
    let fields: Vec<_> = FIELDS
        .iter()
        .map(|(field, kind, description)| {
            json!({
                "@type": "cr:Field",
                "@id": format!("records/{field}"),
                "name": field,
                "description": description,
                "dataType": kind,
                "source": { "fileObject": { "@id": RECORDS }, "extract": { "column": field } },
            })
        })
        .collect();
    let terms: Vec<_> = terms
        .iter()
        .map(|(offer, terms)| format!("offer {offer}: terms {terms}"))
        .collect();
    let regions: Vec<_> = regions.into_iter().collect();
    Ok(json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "name": format!("counterfoil-{purpose}-{day}"),
        "description": format!(
            "Texts that their authors chose to share with {name} for the purpose {purpose}, each signed, approved byte \
             for byte, receipted and priced by a published offer."
        ),
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "version": format!("{}.0.0", day.replace('-', "")),
        "datePublished": day,
        "url": collector.did().as_str(),
        "license": format!("By the terms of the offers. {}", terms.join("; ")),
        "creator": { "@type": "sc:Organization", "name": name, "description": contact },
        "citeAs": format!("{name}, {day}"),
        "rai:dataCollection": "Each author's browser extension recorded the author's own submissions on sites that the \
            author had switched on. The author selected and redacted records, saw the exact bytes, and approved them \
            with a signature. The collector verified every signature and digest.",
        "rai:dataCollectionType": ["Direct measurement", "Manual Human Curator"],
        "rai:dataCollectionMissingData": "Site, language, time and thread are absent where their author withheld them. \
            Records that their authors withdrew before this export are not in it.",
        "rai:dataSocialImpact": "Authors are paid by the published rules of the offers and keep proof of what they gave.",
        "rai:dataBiases": ["Authors are people who installed an extension and opted in: no random sample of anybody."],
        "rai:dataLimitations": [
            "A signature proves who kept a text and in which order, not that a site received it nor that its author is \
             human; `claimed_evidence` is the author's claim."
        ],
        "rai:dataUseCases": [purpose],
        "rai:personalSensitiveInformation": [
            "Texts are personal: they were redacted by their authors and may still identify them. `contributor` is new \
             in each export."
        ],
        "rai:dataReleaseMaintenancePlan": format!(
            "Kept for {retention} days at most{}. Withdrawals are carried out in the collector; an export is to be made \
             again after each, and the older one deleted.",
            if regions.is_empty() { String::new() } else { format!(", in {}", regions.join(", ")) }
        ),
        "rai:dataAnnotationProtocol": if reviewed {
            "People may read the records; nothing is annotated in this file."
        } else {
            "Nobody reads the records; nothing is annotated in this file."
        },
        "distribution": [{
            "@type": "cr:FileObject",
            "@id": RECORDS,
            "name": RECORDS,
            "contentUrl": RECORDS,
            "contentSize": format!("{bytes} B"),
            "encodingFormat": "application/jsonlines",
            "sha256": sha256,
        }],
        "recordSet": [{
            "@type": "cr:RecordSet",
            "@id": "records",
            "name": "records",
            "description": "One line for each record.",
            "key": { "@id": "records/id" },
            "field": fields,
        }],
    }))
}

/// The context that Croissant 1.1 prescribes, with the prefix of the RAI vocabulary.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
