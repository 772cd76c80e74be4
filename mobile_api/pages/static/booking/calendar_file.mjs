// The visit as an iCalendar file (RFC 5545) for the person's own calendar.
import { say } from "/static/citizen/language.mjs";
import { paperNeeded } from "/static/citizen/show.mjs";

const MOST_OCTETS = 74; // of a line, RFC 5545 §3.1, without its break
const VIETNAM = "+07:00";

const instant = (date) => date.toISOString().replace(/[-:]|\.\d{3}/g, "");
const local = (day, time) => instant(new Date(`${day}T${time}:00${VIETNAM}`));
const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");

/** Long lines are folded between letters, never inside one. */
function folded(line) {
  const parts = [];
  let part = "";
  let octets = 0;
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length;
    if (octets + size > MOST_OCTETS) {
      parts.push(part);
      part = " ";
      octets = 1;
    }
    part += letter;
    octets += size;
  }
  return [...parts, part].join("\r\n");
}

export function calendarFile({ reference, day, start, end, procedure, mode, papers, office }) {
  const paperLines = mode === "RETURN" ? [say("identity_ready")] : papers.map((item) => `- ${item.name}${paperNeeded(item) && `: ${paperNeeded(item)}`}`);
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tan Noi//Booking//VI", "BEGIN:VEVENT",
    `UID:${reference}@tannoi`, `DTSTAMP:${instant(new Date())}`, `DTSTART:${local(day, start)}`, `DTEND:${local(day, end)}`,
    `SUMMARY:${escaped(say("calendar_title", reference))}`,
    `DESCRIPTION:${escaped([procedure, say(`mode_${mode}`), office, "", say("papers_to_prepare"), ...paperLines].join("\n"))}`,
    "BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${escaped(say("calendar_title", reference))}`, "TRIGGER:-PT2H", "END:VALARM",
    "END:VEVENT", "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}
