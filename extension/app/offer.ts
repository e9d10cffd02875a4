// The card of an offer: everything that it says, and the way to see what fits it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { CollectorView, OfferView } from "../platform/messages";
import type { Office } from "./office";
import { terms } from "./terms";

/** The hash that leads to the steps of a share. */
export function shareHash(collector: string, offer: string): string {
  return `#collectors/offer/${collector}/${offer}`;
}

/** The card; a link in it leads on where something may be shared. */
export function offerCard(office: Office, collector: CollectorView, offer: OfferView): TemplateResult {
  const id = `offer-${offer.sha256}`;
  return html`<article
    class="offer"
    data-offer=${offer.sha256}
    data-open=${offer.open ? "true" : "false"}
    aria-labelledby=${id}
  >
    <h4 id=${id} tabindex="-1"><bdi>${offer.title}</bdi></h4>
    ${offer.open ? nothing : html`<p class="small over">${text("offer_over")}</p>`}
    ${facts(office, collector, offer)}
    ${
      offer.open && !collector.removed && !collector.cheated
        ? html`<div class="bar">
          <a
            class="button primary big"
            href=${shareHash(collector.id, offer.sha256)}
            data-action="see-offer"
            aria-describedby=${id}
            >${text("offer_see")}</a
          >
        </div>`
        : nothing
    }
  </article>`;
}

function facts(office: Office, collector: CollectorView, offer: OfferView): TemplateResult {
  return html`<dl class="facts">
    <dt>${text("terms_who")}</dt>
    <dd><bdi>${collector.name}</bdi></dd>
    ${office.fitting.template(collector, offer)}
    ${terms(offer).map(
      ({ name, label, values }) => html`<dt>${label}</dt>
        <dd data-term=${name}>
          ${values.length > 1 ? html`<ul>${values.map((value) => html`<li>${value}</li>`)}</ul>` : values[0]}
        </dd>`,
    )}
    <dt>${text("terms_digest")}</dt>
    <dd class="mono" data-term="digest"><bdi dir="ltr">${offer.terms_sha256}</bdi></dd>
  </dl>`;
}
