//! What can be found.

use std::fmt;

/// What sort of thing a kind is; decides what is proposed for removal and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Opens something: a key, a password, a token.
    Secret,
    /// Reaches a person: mail, telephone.
    Contact,
    /// Moves money.
    Finance,
    /// A number that a state or an insurer gave to a person or a firm.
    Identity,
    /// Says where somebody is or lives.
    Place,
    /// A name or a date of birth.
    Person,
    /// A machine or its address in a network.
    Network,
    /// A special category of personal data (GDPR, article 9): a warning, not a proposal to remove.
    Special,
    /// Words that the person asked to hide always.
    Personal,
    /// Plain facts that are reported only when asked for.
    Plain,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $group:ident;)*) => {
        /// What was found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in files and on the command line; it never changes.
            pub fn as_str(self) -> &'static str {
                const NAMES: &[&str] = &[$($name,)*];
                NAMES[self as usize]
            }

            /// What sort of thing it is.
            pub fn group(self) -> Group {
                const GROUPS: &[Group] = &[$(Group::$group,)*];
                GROUPS[self as usize]
            }
        }
    };
}

kinds! {
    /// An e-mail address.
    Email "EMAIL" Contact;
    /// A telephone number.
    Phone "PHONE" Contact;
    /// A telephone number of the Philippines.
    PhonePh "PHONE_PH" Contact;
    /// A telephone number of Turkey.
    PhoneTr "PHONE_TR" Contact;
    /// A payment card.
    Card "CREDIT_CARD" Finance;
    /// An international bank account number.
    Iban "IBAN" Finance;
    /// A bank account of the United States.
    UsBank "US_BANK_NUMBER" Finance;
    /// A routing number of a bank of the United States.
    AbaRouting "ABA_ROUTING_NUMBER" Finance;
    /// The address of a purse of a crypto-currency.
    Crypto "CRYPTO" Finance;
    /// The words that open such a purse.
    SeedPhrase "SEED_PHRASE" Secret;
    /// An address of the Internet Protocol, or a range of them.
    Ip "IP" Network;
    /// The address of a network card.
    Mac "MAC" Network;
    /// The address of a page.
    Url "URL" Plain;
    /// An address with the password in it.
    UrlCredentials "URL_CREDENTIALS" Secret;
    /// A postal address.
    Address "ADDRESS" Place;
    /// A postcode of the United Kingdom.
    UkPostcode "UK_POSTCODE" Place;
    /// A postcode of the United States.
    Zip "ZIP_CODE" Place;
    /// A latitude with its longitude.
    Coordinates "COORDINATES" Place;
    /// A date of birth.
    Birth "DATE_OF_BIRTH" Person;
    /// The name of a person.
    Person "PERSON" Person;
    /// Something about health.
    Health "HEALTH" Special;
    /// Something about religion or belief.
    Religion "RELIGION" Special;
    /// Something about sexual orientation or sex life.
    Orientation "ORIENTATION" Special;
    /// Something about political opinion.
    Politics "POLITICS" Special;
    /// Something about origin.
    Origin "ETHNIC_ORIGIN" Special;
    /// Something about a trade union.
    Union "TRADE_UNION" Special;
    /// Words of a personal list.
    Listed "PERSONAL_LIST" Personal;
    /// What the person marked by hand, without saying what it is.
    Hidden "HIDDEN" Personal;

    /// A number or a mark that a state, an insurer or a register gave.
    UsSsn "US_SSN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UsItin "US_ITIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UsPassport "US_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UsDriver "US_DRIVER_LICENSE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UsMbi "US_MBI" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UsNpi "US_NPI" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    MedicalLicense "MEDICAL_LICENSE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UkNhs "UK_NHS" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UkNino "UK_NINO" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UkPassport "UK_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UkDriving "UK_DRIVING_LICENCE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    UkVehicle "UK_VEHICLE_REGISTRATION" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    CaSin "CA_SIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    AuAbn "AU_ABN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    AuAcn "AU_ACN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    AuTfn "AU_TFN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    AuMedicare "AU_MEDICARE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InAadhaar "IN_AADHAAR" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InPan "IN_PAN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InGstin "IN_GSTIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InPassport "IN_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InVoter "IN_VOTER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    InVehicle "IN_VEHICLE_REGISTRATION" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    SgNric "SG_NRIC_FIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    SgUen "SG_UEN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    KrRrn "KR_RRN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    KrFrn "KR_FRN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    KrBrn "KR_BRN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    KrPassport "KR_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    KrDriver "KR_DRIVER_LICENSE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ThTnin "TH_TNIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    PlPesel "PL_PESEL" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    FiId "FI_PERSONAL_IDENTITY_CODE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    SePersonal "SE_PERSONNUMMER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    SeOrganisation "SE_ORGANISATIONSNUMMER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    EsNif "ES_NIF" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    EsNie "ES_NIE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    EsPassport "ES_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ItFiscal "IT_FISCAL_CODE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ItVat "IT_VAT_CODE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ItDriver "IT_DRIVER_LICENSE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ItIdentity "IT_IDENTITY_CARD" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ItPassport "IT_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeTax "DE_TAX_ID" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeIdCard "DE_ID_CARD" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DePassport "DE_PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeSocial "DE_SOCIAL_SECURITY" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeHealth "DE_HEALTH_INSURANCE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeLanr "DE_LANR" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeBsnr "DE_BSNR" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DeVat "DE_VAT_ID" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    TrId "TR_NATIONAL_ID" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    TrPlate "TR_LICENSE_PLATE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    NgNin "NG_NIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    NgVehicle "NG_VEHICLE_REGISTRATION" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ZaId "ZA_ID_NUMBER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    PhTin "PH_TIN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    FrNir "FR_NIR" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    NlBsn "NL_BSN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    BeNational "BE_NATIONAL_NUMBER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    PtNif "PT_NIF" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    BrCpf "BR_CPF" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    BrCnpj "BR_CNPJ" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ArCuit "AR_CUIT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ClRut "CL_RUT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    MxCurp "MX_CURP" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    MxRfc "MX_RFC" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    NoId "NO_FODSELSNUMMER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    DkCpr "DK_CPR" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    ChAhv "CH_AHV" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    AtSocial "AT_SOCIAL_SECURITY" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    CzBirth "CZ_BIRTH_NUMBER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    RoCnp "RO_CNP" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    BgEgn "BG_EGN" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    HrOib "HR_OIB" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    EeId "EE_PERSONAL_CODE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    GrAmka "GR_AMKA" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    IePps "IE_PPS" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    IlId "IL_ID_NUMBER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    CnId "CN_RESIDENT_ID" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    JpMyNumber "JP_MY_NUMBER" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    TwId "TW_NATIONAL_ID" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    HkId "HK_ID_CARD" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    MyKad "MY_NRIC" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    IdNik "ID_NIK" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    IsKennitala "IS_KENNITALA" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    SiEmso "SI_EMSO" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    Plate "LICENSE_PLATE" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    Passport "PASSPORT" Identity;
    /// A number or a mark that a state, an insurer or a register gave.
    Driver "DRIVING_LICENCE" Identity;

    /// A key of the provider that it names.
    AwsKey "AWS_KEY" Secret;
    /// A key of the provider that it names.
    AwsSecret "AWS_SECRET_KEY" Secret;
    /// A key of the provider that it names.
    AwsBedrock "AWS_BEDROCK_KEY" Secret;
    /// A key of the provider that it names.
    AzureKey "AZURE_KEY" Secret;
    /// A key of the provider that it names.
    GoogleKey "GOOGLE_API_KEY" Secret;
    /// A key of the provider that it names.
    GithubToken "GITHUB_TOKEN" Secret;
    /// A key of the provider that it names.
    GitlabToken "GITLAB_TOKEN" Secret;
    /// A key of the provider that it names.
    Slack "SLACK" Secret;
    /// A key of the provider that it names.
    DiscordToken "DISCORD_TOKEN" Secret;
    /// A key of the provider that it names.
    TelegramToken "TELEGRAM_TOKEN" Secret;
    /// A key of the provider that it names.
    StripeKey "STRIPE_KEY" Secret;
    /// A key of the provider that it names.
    OpenAiKey "OPENAI_KEY" Secret;
    /// A key of the provider that it names.
    AnthropicKey "ANTHROPIC_KEY" Secret;
    /// A key of the provider that it names.
    HuggingFace "HUGGINGFACE_TOKEN" Secret;
    /// A key of the provider that it names.
    TwilioKey "TWILIO_KEY" Secret;
    /// A key of the provider that it names.
    SendGrid "SENDGRID_KEY" Secret;
    /// A key of the provider that it names.
    Mailchimp "MAILCHIMP_KEY" Secret;
    /// A key of the provider that it names.
    Shopify "SHOPIFY_TOKEN" Secret;
    /// A key of the provider that it names.
    NpmToken "NPM_TOKEN" Secret;
    /// A key of the provider that it names.
    PypiToken "PYPI_TOKEN" Secret;
    /// A key of the provider that it names.
    Notion "NOTION_TOKEN" Secret;
    /// A key of the provider that it names.
    Linear "LINEAR_KEY" Secret;
    /// A key of the provider that it names.
    Vault "VAULT_TOKEN" Secret;
    /// A key of the provider that it names.
    Artifactory "ARTIFACTORY_CREDENTIALS" Secret;
    /// The key of another provider, known by its form.
    ApiKey "API_KEY" Secret;
    /// A key of the provider that it names.
    Jwt "JWT" Secret;
    /// A key of the provider that it names.
    PrivateKey "PRIVATE_KEY" Secret;
    /// A value that its name calls a secret.
    Keyword "KEYWORD_SECRET" Secret;
}

impl Kind {
    /// The kind of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why something was taken for what it is. Each has a text that a person reads, in the language of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Its form is that of nothing else.
    Form,
    /// Its form fits, and its check digit.
    Check,
    /// Its form fits, and a word nearby names it.
    Word,
    /// Its form fits, its check digit, and a word nearby names it.
    CheckWord,
    /// Nothing else stands in the text.
    Alone,
    /// It begins as the keys of a provider begin.
    Prefix,
    /// A name that calls it secret is given this value.
    Assigned,
    /// It stands where a name is given.
    Introduced,
    /// The person says it about themselves.
    Said,
    /// It stands in a list of the person.
    Listed,
    /// The person marked it.
    Marked,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Form,
        Self::Check,
        Self::Word,
        Self::CheckWord,
        Self::Alone,
        Self::Prefix,
        Self::Assigned,
        Self::Introduced,
        Self::Said,
        Self::Listed,
        Self::Marked,
    ];

    /// The stable key of its text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Check => "check",
            Self::Word => "word",
            Self::CheckWord => "check_word",
            Self::Alone => "alone",
            Self::Prefix => "prefix",
            Self::Assigned => "assigned",
            Self::Introduced => "introduced",
            Self::Said => "said",
            Self::Listed => "listed",
            Self::Marked => "marked",
        }
    }
}
