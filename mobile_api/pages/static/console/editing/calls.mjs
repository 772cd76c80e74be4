// What a dispatcher's hands ask of the server; every change is tried before it can be saved.
import { newKey, read, send } from "/static/page/api.mjs";

const plans = (id) => `/v1/dispatcher/plans/${encodeURIComponent(id)}`;

/** What changes would do; nothing is written. */
export const tryEdits = async (planId, edits) => (await send("POST", `${plans(planId)}/edits/tries`, { body: { edits } })).body;

/** Keeps changes in a new draft: {plan, effect}. `key` stays the same for a repeat. */
export const saveEdits = async (planId, tag, body, key) => (await send("POST", `${plans(planId)}/edits`, { body, ifMatch: tag, key })).body;

/** Who can take it; `whose` is {visit}, {leg} or {booking}. */
export const whoCanTake = (planId, whose) => read(`${plans(planId)}/who-can-take?${new URLSearchParams(whose)}`);

export const listLocks = async (planId) => (await read(`${plans(planId)}/locks`)).locks;

export { newKey };

/** What `afterId` does otherwise than `beforeId`: {figures, visits, promises}. */
export const readDiff = (beforeId, afterId) => read(`${plans(afterId)}/diff?${new URLSearchParams({ with: beforeId })}`);

/** The finished versions of a plan's day, newest first. */
export const listVersions = async (plan) => (await read(`${plans(plan.id)}/versions`)).versions;

/** Gives a version to the couriers, as it was seen. */
export const publish = async (plan, force, confirmed) => (await send("POST", `${plans(plan.id)}/publish`, { body: { force, confirmed }, ifMatch: plan.tag })).body;

/** The state before this version as a new one: {plan, published, effect, not_undone}. `confirmed`: sold windows given up. */
export const undo = async (plan, confirmed, key) => (await send("POST", `${plans(plan.id)}/undo`, { body: { confirmed }, ifMatch: plan.tag, key })).body;

/** A draft of the rest of the day, made by a worker; gives the plan to follow. */
export const replan = async (planId, asked, key) => (await send("POST", `${plans(planId)}/replans`, { body: asked, key })).body;

/** Tested ways to get an undone leg done, cheapest first: {leg_ids, repairs}. */
export const listRepairs = (planId, leg) => read(`${plans(planId)}/repairs?${new URLSearchParams({ leg })}`);

/** Takes one way: a new draft holds the work at exactly that price: {plan, effect}. `confirmed`: sold windows given up. */
export const applyRepair = async (plan, leg, way, confirmed, key) => (await send("POST", `${plans(plan.id)}/repairs`, { body: { leg, key: way, confirmed }, ifMatch: plan.tag, key })).body;

/** The one-stop offices of a day: [{code, name}]. */
export const listOffices = async (day) => (await read(`/v1/dispatcher/map-layers/offices?${new URLSearchParams({ on: day })}`)).features.map((feature) => feature.properties);

/** Offices and zones that closed on the plan's day: {closings}. */
export const listClosings = (planId) => read(`${plans(planId)}/closings`);

/** Closes places now: {closings, replans}. */
export const closeNow = async (planId, body, key) => (await send("POST", `${plans(planId)}/closings`, { body, key })).body;

/** Takes a closing back: {closings, replans}. */
export const openAgain = async (closingId, key) => (await send("POST", `/v1/dispatcher/closings/${encodeURIComponent(closingId)}/reopen`, { key })).body;
