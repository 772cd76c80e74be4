// Signs drawn by the page itself: office, post office, what is left undone, direction of a route.

const SIDE = 22; // CSS pixels
const RATIO = 2; // drawn twice as fine, for sharp screens

function drawn(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * RATIO);
  canvas.height = height * RATIO;
  const pen = canvas.getContext("2d");
  pen.scale(RATIO, RATIO);
  pen.lineCap = pen.lineJoin = "round";
  draw(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function plate(pen, colour) {
  pen.fillStyle = "#fff";
  pen.beginPath();
  pen.roundRect(0, 0, SIDE, SIDE, 6);
  pen.fill();
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(1.5, 1.5, SIDE - 3, SIDE - 3, 5);
  pen.fill();
  pen.strokeStyle = pen.fillStyle = "#fff";
  pen.lineWidth = 1.7;
}

function office(pen) {
  plate(pen, "#123a6b");
  pen.beginPath();
  pen.moveTo(5, 9);
  pen.lineTo(11, 5);
  pen.lineTo(17, 9);
  pen.closePath();
  pen.fill();
  for (const x of [7, 11, 15]) pen.fillRect(x - 0.9, 10, 1.8, 4.5);
  pen.fillRect(5, 15.2, 12, 1.8);
}

function postOffice(pen) {
  plate(pen, "#c47a00");
  pen.strokeRect(5, 7, 12, 8.5);
  pen.beginPath();
  pen.moveTo(5, 7.2);
  pen.lineTo(11, 12);
  pen.lineTo(17, 7.2);
  pen.stroke();
}

function leftUndone(pen) {
  pen.fillStyle = "#fff";
  pen.strokeStyle = "#a3201d";
  pen.lineWidth = 2.4;
  pen.beginPath();
  pen.arc(11, 11, 8.5, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
  pen.beginPath();
  pen.moveTo(11, 6.6);
  pen.lineTo(11, 11.6);
  pen.moveTo(11, 15.2);
  pen.lineTo(11, 15.3);
  pen.stroke();
}

function arrow(pen) {
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(4, 2.5);
  pen.lineTo(8, 6);
  pen.lineTo(4, 9.5);
  pen.stroke();
}

const PIN_HEIGHT = 28;

function pin(label, colour, ring) {
  const letters = label.length > 2 ? "600 10px 'Be Vietnam Pro'" : "600 12px 'Be Vietnam Pro'";
  const width = Math.max(PIN_HEIGHT, 12 + 6.2 * label.length);
  return drawn(width, PIN_HEIGHT, (pen) => {
    for (const [inset, fill] of [[1, ring], [3.2, colour]]) {
      pen.fillStyle = fill;
      pen.beginPath();
      pen.roundRect(inset, inset, width - 2 * inset, PIN_HEIGHT - 2 * inset, PIN_HEIGHT / 2 - inset);
      pen.fill();
    }
    pen.fillStyle = "#fff";
    pen.font = letters;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(label, width / 2, PIN_HEIGHT / 2 + 0.5);
  });
}

/** The name of a pin with a number on it, drawn once. One picture holds both, so that a pin which
 *  lies over another also hides its number. */
export function pinOf(map, label, colour, counter) {
  const name = `PIN ${label} ${colour} ${counter}`;
  if (!map.hasImage(name)) map.addImage(name, pin(label, colour, counter ? "#123a6b" : "#ffffff"), { pixelRatio: RATIO });
  return name;
}

/** Name the signs to the map; layers use them by these names. */
export function addIcons(map) {
  const signs = { OFFICE: [SIDE, office], POST_OFFICE: [SIDE, postOffice], LEFT: [SIDE, leftUndone], ARROW: [12, arrow] };
  for (const [name, [side, draw]] of Object.entries(signs)) map.addImage(name, drawn(side, side, draw), { pixelRatio: RATIO });
}
