// Price and promise of a visit, each with what its data are worth.
import { say } from "/static/citizen/language.mjs";
import { longDay, money, pairs, statusTag } from "/static/citizen/show.mjs";
import { element } from "/static/page/element.mjs";

/** A card of what the visit costs and until when things are promised; `folded` opens on request, `named` says of which procedure. */
export function quoteFacts(quote, { folded = false, named = false } = {}) {
  const { price, promises, fees_vnd: fees } = quote;
  return element(folded ? "details" : "div", { class: "card" },
    named ? element("h3", {}, quote.procedure.name) : null,
    folded ? element("summary", {}, say("price_and_promise")) : null,
    pairs(
      [say("postage"), postage(price)],
      [say("public_fees"), fees ? [money(fees), " ", element("small", {}, say("fees_apart"))] : say("no_fees")],
      promises.handed_over_by && [say("handed_over_by"), longDay(promises.handed_over_by)],
      promises.result_by && [say("result_by"), [longDay(promises.result_by), " ", element("small", {}, say("slip_decides"))]],
      promises.home_by && [say("home_by"), longDay(promises.home_by)],
    ));
}

function postage(price) {
  if (!price) return say("no_price");
  if (price.exempt) return say("exempt");
  const notes = [price.certain ? "" : say("price_at_most")].filter(Boolean);
  return [money(price.postage_vnd), " ", element("small", {}, [say("with_vat"), ...notes].join(", ")), " ", statusTag(price.source_status)];
}
