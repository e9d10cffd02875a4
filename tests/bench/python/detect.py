"""Runs one of the other detectors over texts.

Standard input has one JSON object a line: {"text": ...}, or at the end {"speed": [...]}. Standard output has one line
for each: {"spans": [{"type", "start", "end"}]} in characters, with types named as Counterfoil names them, or
{"seconds": ...} for the texts of the speed line. The first argument names the detector.
"""

import json
import logging
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def presidio():
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
    engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    names = {
        "EMAIL_ADDRESS": "EMAIL",
        "PHONE_NUMBER": "PHONE",
        "IBAN_CODE": "IBAN",
        "IP_ADDRESS": "IP",
    }

    def run(text):
        found = analyzer.analyze(text, "en")
        return [(names.get(one.entity_type, one.entity_type), one.start, one.end) for one in found]

    return run


def scrubadub():
    import scrubadub as library

    scrubber = library.Scrubber()
    names = {
        "email": "EMAIL",
        "phone": "PHONE",
        "credit_card": "CREDIT_CARD",
        "social_security_number": "US_SSN",
        "national_insurance_number": "UK_NINO",
        "url": "URL",
    }

    def run(text):
        found = scrubber.iter_filth(text)
        return [(names.get(one.type, one.type), one.beg, one.end) for one in found]

    return run


def datafog():
    from datafog.processing.text_processing.regex_annotator import RegexAnnotator

    annotator = RegexAnnotator()
    names = {"IP_ADDRESS": "IP", "SSN": "US_SSN", "ZIP": "ZIP_CODE", "DOB": "DATE"}

    def run(text):
        _, result = annotator.annotate_with_spans(text)
        return [(names.get(one.label, one.label), one.start, one.end) for one in result.spans]

    return run


def detect_secrets():
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    names = {
        "AWS Access Key": "AWS_KEY",
        "GitHub Token": "GITHUB_TOKEN",
        "GitLab Token": "GITLAB_TOKEN",
        "JSON Web Token": "JWT",
        "Slack Token": "SLACK",
        "OpenAI Token": "OPENAI_KEY",
        "Stripe Access Key": "STRIPE_KEY",
        "Private Key": "PRIVATE_KEY",
        "Discord Bot Token": "DISCORD_TOKEN",
        "Telegram Bot Token": "TELEGRAM_TOKEN",
        "Twilio API Key": "TWILIO_KEY",
        "SendGrid API Key": "SENDGRID_KEY",
        "Mailchimp Access Key": "MAILCHIMP_KEY",
        "NPM tokens": "NPM_TOKEN",
        "PyPI Token": "PYPI_TOKEN",
        "Artifactory Credentials": "ARTIFACTORY_CREDENTIALS",
        "Azure Storage Account access key": "AZURE_KEY",
        "Basic Auth Credentials": "URL_CREDENTIALS",
    }

    def run(text):
        spans = []
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file, default_settings():
            file.write(text)
            file.flush()
            found = SecretsCollection()
            found.scan_file(file.name)
            lines = text.split("\n")
            for _, one in found:
                if one.type == "Public IP (ipv4)":
                    continue
                index = min(one.line_number, len(lines)) - 1
                offset = sum(len(line) + 1 for line in lines[:index])
                value = one.secret_value or ""
                place = lines[index].find(value)
                start, end = (place, place + len(value)) if value and place >= 0 else (0, len(lines[index]))
                spans.append((names.get(one.type, "KEYWORD_SECRET"), offset + start, offset + end))
        return spans

    return run


def leakguard():
    from leakguard import scan_text

    names = {
        "aws-access-key": "AWS_KEY",
        "github-pat": "GITHUB_TOKEN",
        "slack-token": "SLACK",
        "jwt": "JWT",
        "private-key": "PRIVATE_KEY",
        "openai-api-key": "OPENAI_KEY",
        "stripe-secret-key": "STRIPE_KEY",
    }

    def run(text):
        # It shows the two ends of a secret and its line.
        spans = []
        lines = text.split("\n")
        for one in scan_text(text):
            index = one.line_number - 1
            head, _, tail = one.secret.partition("...[REDACTED]...")
            start = lines[index].find(head)
            place = lines[index].find(tail, start + len(head)) if tail else start
            if start < 0 or place < 0:
                start, end = 0, len(lines[index])
            else:
                end = place + len(tail or head)
            offset = sum(len(line) + 1 for line in lines[:index])
            spans.append((names.get(one.rule_id, "KEYWORD_SECRET"), offset + start, offset + end))
        return spans

    return run


def main():
    tools = {
        "presidio": presidio,
        "scrubadub": scrubadub,
        "datafog": datafog,
        "detect-secrets": detect_secrets,
        "leakguard": leakguard,
    }
    run = tools[sys.argv[1]]()
    for line in sys.stdin:
        asked = json.loads(line)
        if "speed" in asked:
            begun = time.process_time()
            for text in asked["speed"]:
                run(text)
            answer = {"seconds": time.process_time() - begun}
        else:
            spans = run(asked["text"])
            answer = {"spans": [{"type": kind, "start": start, "end": end} for kind, start, end in spans]}
        print(json.dumps(answer), flush=True)


main()
