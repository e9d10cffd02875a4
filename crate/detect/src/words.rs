//! Words that say what stands near them, in a few languages, found by one look into a table that the compiler
//! fills.
//!
//! A word is a run of letters, digits and `_`. Case counts for nothing; of letters outside ASCII, the bit 0x20 of
//! each byte is ignored as well, which folds the case of Latin letters in UTF-8.

macro_rules! marks {
    ($($(#[$doc:meta])* $name:ident $bit:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: u64 = 1 << $bit;)*
    };
}

marks! {
    PHONE 0;
    CARD 1;
    BANK 2;
    ROUTING 3;
    SOCIAL 4;
    TAX 5;
    PASSPORT 6;
    DRIVER 7;
    HEALTH_ID 8;
    ID 9;
    PLATE 10;
    BIRTH 11;
    ZIP 12;
    POST 13;
    PHYSICIAN 14;
    MEDICARE 15;
    NHS 16;
    NINO 17;
    SIN 18;
    BUSINESS 19;
    AADHAAR 21;
    VOTER 23;
    RRN 25;
    COORDINATE 27;
    /// A number that is something else: an order, a version, a part.
    OTHER 28;
    WALLET 29;
    /// `number`, of anything.
    NUMBER 30;
    /// `street` and its kin, which follow a name.
    STREET 32;
    /// `rue` and its kin, which precede a name.
    STREET_BEFORE 33;
    /// `Mr` and its kin.
    TITLE 34;
    /// The last word of an introduction: `name is`.
    NAME 35;
    HEALTH 36;
    RELIGION 37;
    ORIENTATION 38;
    POLITICS 39;
    UNION 40;
    ORIGIN 41;
    /// The person who writes.
    FIRST 42;
    /// A verb that says something about the subject.
    VERB 43;
    /// A word that may stand between that verb and what it says.
    FILLER 44;
    /// What a private key begins with.
    BEGIN 45;
    CURL 46;
    /// The end of a letter, before the name.
    REGARDS 47;
    AUTHORIZATION 48;
    MONTH 49;
    /// What is no name although it is written like one.
    NOT_NAME 50;
    /// What calls the next word a secret.
    SECRET 51;
}

/// What is kept of the words of a text.
pub(crate) const KEPT: u64 = PHONE
    | CARD
    | BANK
    | ROUTING
    | SOCIAL
    | TAX
    | PASSPORT
    | DRIVER
    | HEALTH_ID
    | ID
    | PLATE
    | BIRTH
    | ZIP
    | POST
    | PHYSICIAN
    | MEDICARE
    | NHS
    | NINO
    | SIN
    | BUSINESS
    | AADHAAR
    | VOTER
    | RRN
    | COORDINATE
    | OTHER
    | WALLET
    | NUMBER;

/// What begins a search of its own.
pub(crate) const BEGINS: u64 = STREET
    | STREET_BEFORE
    | TITLE
    | NAME
    | HEALTH
    | RELIGION
    | ORIENTATION
    | POLITICS
    | UNION
    | ORIGIN
    | BEGIN
    | CURL
    | REGARDS
    | AUTHORIZATION
    | SECRET
    | BIRTH;

const GROUPS: &[(u64, &str)] = &[
    (
        PHONE,
        "phone phones tel telephone telephones mobile mobiles cell cellphone cellular fax whatsapp call calls calling \
         dial sms gsm voicemail hotline helpline callback landline telefon telefonnummer handy handynummer \
         mobil mobilnummer rufnummer anrufen durchwahl festnetz téléphone telephone portable appeler appelez joindre \
         teléfono telefono móvil movil celular llamar llámame telefone telemóvel ligar cellulare chiamare chiamami \
         telefoon mobiel bellen telefoonnummer puhelin puhelinnumero telefonen ringa mobilnr telefonní cep telefonu \
         komórka zadzwoń komórkowy телефон тел звони звоните звонить τηλέφωνο 电话 手机 電話 携帯 전화 전화번호 फोन phonenumber \
         phone_number desk_phone reach messages answering office desk",
    ),
    (
        CARD,
        "card cards credit visa mastercard amex maestro debit cc ccn diners discover jcb cardnumber card_number \
         credit_card kreditkarte kartennummer karte carte bancaire tarjeta crédito cartão cartao carta kredi kartı \
         creditcard kaart карта карты luottokortti kort",
    ),
    (
        BANK,
        "bank account acct accounts iban konto kontonummer bankverbindung compte cuenta conta conto rekening banking \
         bankkonto checking savings deposit debited konta счет",
    ),
    (ROUTING, "routing aba transit rtn bankrouting"),
    (
        SOCIAL,
        "ssn ssns social security socialsecurity social_security sozialversicherungsnummer rentenversicherung \
         rentenversicherungsnummer versicherungsnummer rvnr svnr sozialversicherung sozialversicherungsausweis \
         sécurité sociale nir insee seguridad ahv avs nss numéro_de_sécurité cpr bsn amka αμκα personnummer \
         burgerservicenummer sofinummer pps ppsn",
    ),
    (
        TAX,
        "tax taxpayer itin tin ein vat steuer steuerid steuernummer idnr steueridentifikationsnummer \
         identifikationsnummer umsatzsteuer ust ustid idnr uid impôt fiscal fiscale fiscali codice nif nie nit cif \
         hacienda contribuyente contribuinte cpf cnpj cuit cuil rfc oib bsn btw tva iva partita vergi vkn tfn pan \
         gst gstin permanent income pesel nip inn инн steueridnr",
    ),
    (
        PASSPORT,
        "passport passports pass reisepass passnummer passeport pasaporte passaporte passaporto paspoort pasaport \
         paszport passi pass_number passport_number паспорт 여권 여권번호 护照 パスポート पासपोर्ट dokumentennummer",
    ),
    (
        DRIVER,
        "driver drivers driving driver_license license licence licences licenses permit dl fahrerlaubnis führerschein \
         führerscheinnummer permis conduire conducir carnet patente guida rijbewijs körkort prawo jazdy dvla 운전면허 \
         면허 ehliyet",
    ),
    (
        HEALTH_ID,
        "krankenkasse krankenversicherung kvnr krankenversichertennummer versichertennummer egk gesundheitskarte health \
         lanr bsnr arztnummer betriebsstättennummer betriebsstaettennummer praxis arzt vitale mutuelle medicaid patient mrn",
    ),
    (
        ID,
        "id ids identity identification identifier national nationalid national_id citizen ident ausweis \
         personalausweis personalausweisnummer ausweisnummer identité identidad identificación identificacion \
         extranjero dni cédula cedula documento identidade identità identita tessera cie legitymacja dowód dowod \
         pesel personnummer pnr samordningsnummer henkilötunnus hetu henkilotunnus personal fødselsnummer \
         fodselsnummer kimlik tckn tc tcno tnin thai nin nric fin mykad ktp nik emso emšo egn cnp jmbg oib isikukood \
         kennitala teudat zehut rsa rodné rodne číslo cislo rut run curp identiteit identiteitskaart rijksregister \
         rijksregisternummer 身份证 身分證 身份證 주민등록번호 주민 เลขประจำตัวประชาชน เลขบัตรประชาชน マイナンバー आधार \
         hkid bsn lichtbildausweis",
    ),
    (
        PLATE,
        "plate plates registration registered vehicle vehicles car numberplate rego reg kennzeichen kfz nummernschild \
         immatriculation plaque matrícula matricula targa kenteken rejestracja plaka plakası plakası plakalı araç \
         placa voiture coche auto registreringsnummer",
    ),
    (
        BIRTH,
        "born birth birthday birthdate birth_date date_of_birth dateofbirth dob bday b_day geboren geburtsdatum \
         geburtstag geb née naissance naissance nacido nacida nací naci nacimiento nascimento nasci nascido nascida \
         nascita nato nata geboorte geboortedatum geboren urodzony urodzona urodzenia född fødselsdato syntynyt \
         doğum рождения родился родилась",
    ),
    (
        ZIP,
        "zip zips zipcode zipcodes zip_code postcode postcodes postal plz postleitzahl",
    ),
    (
        POST,
        "zip zips zipcode zipcodes postcode postcodes postal plz postleitzahl cap cp address addresses mail ship send \
         deliver delivery shipping lives live living",
    ),
    (
        PHYSICIAN,
        "npi physician provider doctor prescriber dea certificate medical registration",
    ),
    (MEDICARE, "medicare mbi medicare_id beneficiary"),
    (NHS, "nhs nhsno"),
    (NINO, "nino ni insurance national_insurance"),
    (SIN, "sin nas"),
    (
        BUSINESS,
        "abn acn business company firm uen brn registration entity corporation unternehmen företag foretag \
         organisationsnummer orgnr siret siren handelsregister 사업자등록번호 사업자 australian",
    ),
    (AADHAAR, "aadhaar aadhar uidai adhaar uid"),
    (VOTER, "voter epic elector election"),
    (
        RRN,
        "rrn resident korean foreigner arc frn 외국인등록번호 주민등록번호",
    ),
    (
        COORDINATE,
        "lat lon lng latitude longitude coordinates coordinate coords gps geo location koordinaten breitengrad \
         längengrad coordonnées coordenadas coordinate",
    ),
    (
        OTHER,
        "order orders invoice ticket tickets tracking part parts isbn issn ean upc sku serial model build commit version \
         revision issue bug pr case article asin doi bestellung rechnung bestellnummer artikelnummer rechnungsnummer \
         commande facture pedido factura ordine fattura zamówienie faktura line page timestamp epoch port bytes \
         pixels px population price cost total usd eur dollars euros episode chapter verse hash size offset oid objectidentifier const",
    ),
    (
        NUMBER,
        "number numbers numero número numéro nummer nr no num numer номер 号码 番号 번호 contact backup",
    ),
    (
        WALLET,
        "wallet wallets bitcoin btc ethereum eth crypto seed mnemonic recovery monero xmr solana",
    ),
    (
        STREET,
        "street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace parkway pkwy \
         highway hwy circle cir trail trl way alley crescent close row plaza mews gardens grove hill heights \
         quay wharf turnpike expressway",
    ),
    (
        STREET_BEFORE,
        "rue avenue boulevard impasse chemin allée quai calle avenida plaza paseo carrer via viale piazza corso rua \
         travessa praça ulica ul aleja ulitsa улица ул",
    ),
    (
        TITLE,
        "mr mrs ms miss mx dr prof professor herr frau monsieur madame mme mlle señor señora sr sra srta signor signora \
         patient patientin sig dott dottor senhor senhora dhr mevr mevrouw",
    ),
    (
        NAME,
        "name named m heiße heisse appelle llamo chiamo chamo heet nazywam nombre nom nome naam imię kutsutaan heter hedder \
         fullname full_name firstname lastname first_name last_name surname im am owner зовут",
    ),
    (
        REGARDS,
        "regards sincerely cheers grüße grüßen gruß gruss grüsse cordialement saludos saluti cumprimentos groeten pozdrawiam hilsen hälsningar",
    ),
    (
        HEALTH,
        "cancer tumor tumour leukemia leukaemia diabetes diabetic hiv aids depression depressed bipolar schizophrenia \
         anorexia bulimia epilepsy epileptic asthma adhd autism autistic autistic ptsd ocd alzheimer parkinson dementia \
         miscarriage abortion pregnant infertility chemotherapy chemo insulin antidepressants alcoholic alcoholism \
         addiction addict disability hepatitis herpes chlamydia syphilis tuberculosis endometriosis fibromyalgia \
         lupus crohn migraine migraines anxiety suicidal psychosis krebs depressionen schwanger magersucht \
         epilepsie zuckerkrank diabète dépression enceinte cáncer depresión embarazada cancro depressione incinta \
         câncer grávida kanker zwanger rak cukrzyca rakovina cukrzycę raka",
    ),
    (
        RELIGION,
        "muslim christian catholic protestant jewish jew hindu buddhist sikh atheist mormon orthodox baptist evangelical \
         agnostic muslima katholisch evangelisch jüdisch musulman musulmane catholique juif juive católico católica \
         musulmán judío cattolico musulmano ebreo muçulmano ateu ateo ateísta katholiek moslim",
    ),
    (
        ORIENTATION,
        "gay lesbian bisexual transgender trans queer homosexual asexual pansexual nonbinary schwul lesbisch homosexuel \
         lesbienne lesbiana homosexuell bisexuell",
    ),
    (
        POLITICS,
        "republican democrat socialist communist libertarian tory anarchist sozialist kommunist \
         socialiste communiste socialista comunista",
    ),
    (
        UNION,
        "unionist unionized unionised gewerkschaftsmitglied syndiqué sindicalista gewerkschaft union",
    ),
    (
        ORIGIN,
        "black hispanic latino latina latinx asian roma romani aboriginal indigenous kurdish arab african",
    ),
    (
        FIRST,
        "i my im ich mein meine meiner je j mon ma yo mi mia mio eu meu minha ik mijn jestem mam sono ho soy tengo sou tenho padezco choruję",
    ),
    (
        VERB,
        "am have had has was been diagnosed suffer suffering got m ve having living bin habe wurde leide ai suis souffre \
         atteint tengo soy padezco ho sono soffro sou tenho sofro ben heb lijd mam jestem choruję is are with",
    ),
    (
        FILLER,
        "a an the with from of been just also very now type stage severe chronic mild clinically recently openly devout \
         practicing practising 1 2 ii i currently an seit un une de du d una uno il em eine einen an unter o um uma \
         een diagnosed mit und and so really positive",
    ),
    (
        SECRET,
        "password passwort kennwort passphrase contraseña contrasena senha hasło wachtwoord lösenord пароль 密码 パスワード \
         passcode pin pwd passwd",
    ),
    (BEGIN, "begin putty"),
    (CURL, "curl"),
    (AUTHORIZATION, "authorization bearer"),
    (
        MONTH,
        "january february march april may june july august september october november december jan feb mar apr jun jul \
         aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin \
         juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre \
         octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro \
         fevereiro março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus",
    ),
    (
        NOT_NAME,
        "the a an this that these those it he she we you they not no yes and or but so if when where what who why how \
         just here there happy sorry glad sure afraid trying going looking working writing using having getting doing \
         new also very really still currently able unable interested excited curious wondering thinking planning \
         learning building making running from in on at of to for with by is was are be been being has have had will \
         would can could should may might must do does did german french english spanish italian american british \
         canadian indian chinese japanese european dutch polish russian monday tuesday wednesday thursday friday \
         saturday sunday january february march april june july august september october november december string \
         null none true false value example name file user username test your my our their his her its data class \
         function type self all any some one two three first last next now today tomorrow yesterday please thanks \
         hello hi hey dear engineer developer teacher student doctor nurse manager designer scientist writer ceo cto \
         product company team project python java javascript rust react linux windows android google apple amazon \
         microsoft facebook twitter github openai ok okay der die das ein eine ich und oder nicht sehr hier le la les \
         un une et ou pas très el los las una y o no muy il lo gli e non di da as about over under between left right",
    ),
];

/// A word of the table: where it stands in the words of a group.
#[derive(Clone, Copy)]
struct Entry {
    start: u16,
    length: u8,
    group: u8,
}

const SLOTS: usize = 4096;

const fn count() -> usize {
    let mut words = 0;
    let mut group = 0;
    while group < GROUPS.len() {
        let text = GROUPS[group].1.as_bytes();
        let mut place = 0;
        while place < text.len() {
            if text[place] != b' ' && (place == 0 || text[place - 1] == b' ') {
                words += 1;
            }
            place += 1;
        }
        group += 1;
    }
    words
}

const COUNT: usize = count();

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] | 0x20 != other[place] | 0x20 {
            return false;
        }
        place += 1;
    }
    true
}

/// The beginning of a hash.
pub(crate) const SEED: u32 = 0x811C_9DC5;

/// Adds a byte to a hash (FNV-1a).
#[inline]
pub(crate) const fn add(hash: u32, byte: u8) -> u32 {
    (hash ^ (byte | 0x20) as u32).wrapping_mul(0x0100_0193)
}

const fn slot(hash: u32) -> usize {
    (hash ^ (hash >> 15)) as usize % SLOTS
}

/// How far a slot's part of the hash is shifted: below it is one more than the place of the word.
const TAG: u32 = 11;
/// The bits of that place.
const PLACE: u16 = (1 << TAG) - 1;

/// The part of a hash that a slot holds.
#[allow(clippy::cast_possible_truncation, reason = "the upper bits alone")]
const fn tag(hash: u32) -> u16 {
    ((hash >> (16 + TAG)) << TAG) as u16
}

/// The words, and the slots in which they are found; a word of several groups has as many entries.
#[allow(clippy::cast_possible_truncation, reason = "the test below counts")]
const fn fill() -> ([Entry; COUNT], [u16; SLOTS]) {
    let none = Entry {
        start: 0,
        length: 0,
        group: 0,
    };
    let mut entries = [none; COUNT];
    let mut slots = [0_u16; SLOTS];
    let mut filled = 0;
    let mut group = 0;
    while group < GROUPS.len() {
        let text = GROUPS[group].1.as_bytes();
        let mut start = 0;
        while start < text.len() {
            let mut end = start;
            let mut hash = SEED;
            while end < text.len() && text[end] != b' ' {
                hash = add(hash, text[end]);
                end += 1;
            }
            if end > start {
                let mut place = slot(hash);
                while slots[place] != 0 {
                    place = (place + 1) % SLOTS;
                }
                entries[filled] = Entry {
                    start: start as u16,
                    length: (end - start) as u8,
                    group: group as u8,
                };
                filled += 1;
                slots[place] = tag(hash) | filled as u16;
            }
            start = end + 1;
        }
        group += 1;
    }
    (entries, slots)
}

#[allow(long_running_const_eval, reason = "a table of a thousand words")]
static TABLE: ([Entry; COUNT], [u16; SLOTS]) = fill();
static TEXTS: &[(u64, &str)] = GROUPS;

/// What a word says, given its hash; 0 for one that is not in the table.
#[inline]
pub(crate) fn marks(hash: u32, word: &[u8]) -> u64 {
    let mut place = slot(hash);
    let mut marks = 0;
    loop {
        let filled = TABLE.1[place];
        if filled == 0 {
            return marks;
        }
        if filled & !PLACE == tag(hash) {
            marks |= said(filled & PLACE, word);
        }
        place = (place + 1) % SLOTS;
    }
}

/// What an entry says, if it is this word.
fn said(filled: u16, word: &[u8]) -> u64 {
    let entry = TABLE.0[usize::from(filled) - 1];
    let (marks, text) = TEXTS[usize::from(entry.group)];
    let start = usize::from(entry.start);
    match text.as_bytes().get(start..start + usize::from(entry.length)) {
        Some(known) if same(known, word) => marks,
        _ => 0,
    }
}

/// What a word says.
pub(crate) fn marks_of(word: &[u8]) -> u64 {
    let hash = word.iter().fold(SEED, |hash, byte| add(hash, *byte));
    marks(hash, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        assert_eq!(marks_of(b"Passport"), PASSPORT);
        assert_eq!(marks_of("TÉLÉPHONE".as_bytes()), PHONE);
        assert_ne!(marks_of(b"pesel") & ID, 0);
        assert_ne!(marks_of(b"pesel") & TAX, 0);
        assert_eq!(marks_of(b"nothing"), 0);
        assert_eq!(marks_of(b""), 0);
        // Enough slots are free that a search ends soon.
        const { assert!(COUNT * 2 < SLOTS && COUNT < PLACE as usize) };
        for (_, text) in GROUPS {
            assert!(u16::try_from(text.len()).is_ok());
            assert!(text.split(' ').all(|word| u8::try_from(word.len()).is_ok()));
        }
        assert!(u8::try_from(GROUPS.len()).is_ok());
    }
}
