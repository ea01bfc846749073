"use strict";

// The map of a layer: packages, in each its folders, in each its kinds of file. The tiles of one
// level can be opened, those of the next are seen inside them. Tiles are buttons, so that a
// keyboard and a screen reader have them too. Names go in as text, never as markup.
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const map = document.getElementById("map");
  const trail = document.getElementById("trail");
  const told = document.getElementById("told");
  const TITLE = 20; // pixels above the inner tiles, for a name
  const LEGIBLE = 30; // pixels of width below which a tile has no name
  const isSmall = ({ x0, y0, x1, y1 }) => x1 - x0 < LEGIBLE || y1 - y0 < TITLE;

  const ofKind = (one) => ({ ...one, name: one.kind });
  const ofFolder = (one) => ({ ...one, name: one.path, children: one.kinds.map(ofKind) });
  const ofPackage = (one) => ({
    ...one,
    name: one.version ? `${one.name} ${one.version}` : one.name,
    children: one.folders.map(ofFolder),
  });
  const layer = {
    name: report.layer,
    size: report.unzipped,
    files: report.files,
    children: report.packages.map(ofPackage),
  };
  let path = [layer]; // from the layer to what is open
  let tiles = []; // what can be reached now: {button, area, node}

  function sizeText(bytes) {
    if (bytes >= 1 << 20) return `${(bytes / (1 << 20)).toFixed(1)} MB`;
    return bytes >= 1 << 10 ? `${(bytes / (1 << 10)).toFixed(1)} kB` : `${bytes} B`;
  }

  function describe(node) {
    const share = ((100 * node.size) / Math.max(layer.size, 1)).toFixed(1);
    const files = `${node.files.toLocaleString("en")} file${node.files === 1 ? "" : "s"}`;
    const licence = node.licence ? `, ${node.licence}` : "";
    return `${node.name}: ${sizeText(node.size)}, ${share}% of the layer, ${files}${licence}`;
  }

  // The kind that most of a folder's bytes are of; kinds come in that order.
  const kindOf = (node) => node.kind ?? node.kinds?.[0]?.kind ?? "";

  // Where the two levels below `node` go: d3's squarified treemap, the largest first.
  function areas(node) {
    const levels = (one, depth) => ({
      node: one,
      children: depth ? one.children?.map((child) => levels(child, depth - 1)) : undefined,
    });
    const root = d3
      .hierarchy(levels(node, 2))
      .sum((one) => (one.children?.length ? 0 : one.node.size))
      .sort((one, other) => other.value - one.value);
    const room = [map.clientWidth, map.clientHeight];
    const title = (one) => (one.depth === 1 ? TITLE : 0);
    return d3.treemap().size(room).paddingTop(title)(root).children ?? [];
  }

  function place(element, area, from = { x0: 0, y0: 0 }) {
    element.style.left = `${area.x0 - from.x0}px`;
    element.style.top = `${area.y0 - from.y0}px`;
    element.style.width = `${area.x1 - area.x0}px`;
    element.style.height = `${area.y1 - area.y0}px`;
  }

  function tileOf(area) {
    const node = area.data.node;
    const button = document.createElement("button");
    const title = document.createElement("b");
    title.textContent = isSmall(area) ? "" : `${node.name} ${sizeText(node.size)}`;
    button.type = "button";
    button.tabIndex = -1;
    button.title = describe(node);
    button.setAttribute("aria-label", describe(node));
    button.append(title);
    place(button, area);
    for (const inner of area.children ?? []) {
      const span = document.createElement("span");
      span.className = kindOf(inner.data.node);
      if (isSmall(inner)) span.classList.add("small");
      else span.textContent = inner.data.node.name;
      place(span, inner, area);
      button.append(span);
    }
    if (node.children) button.classList.add("open");
    else button.classList.add(kindOf(node));
    button.addEventListener("click", () => node.children && open(node));
    for (const event of ["focus", "mouseenter"])
      button.addEventListener(event, () => (told.textContent = describe(node)));
    return { button, area, node };
  }

  function draw(focused = null) {
    const node = path.at(-1);
    map.setAttribute("aria-label", `Map of ${node.name}`);
    tiles = areas(node).map(tileOf);
    map.replaceChildren(...tiles.map((tile) => tile.button));
    drawTrail();
    told.textContent = describe(node);
    const chosen = tiles.find((tile) => tile.node === focused) ?? tiles[0];
    if (chosen) chosen.button.tabIndex = 0;
    if (chosen && focused) chosen.button.focus();
  }

  function drawTrail() {
    const steps = path.map((node, depth) => {
      const last = depth === path.length - 1;
      const step = document.createElement(last ? "span" : "button");
      step.textContent = node.name;
      if (last) step.setAttribute("aria-current", "location");
      else step.addEventListener("click", () => up(depth));
      return step;
    });
    trail.replaceChildren(...steps.flatMap((step, depth) => (depth ? [" / ", step] : [step])));
  }

  function open(node) {
    path = [...path, node];
    draw(node.children[0]);
  }

  function up(depth) {
    const left = path[depth + 1];
    path = path.slice(0, depth + 1);
    draw(left);
  }

  const DIRECTIONS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const middle = ({ area }) => [(area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2];

  // The nearest tile that way; what lies aside counts for more than what lies ahead. At an edge the
  // next one by size: so that tiles too small to have a place of their own are reached as well.
  function next(from, [right, down]) {
    const [x, y] = middle(from);
    let best = null;
    for (const tile of tiles) {
      const [dx, dy] = [middle(tile)[0] - x, middle(tile)[1] - y];
      const ahead = dx * right + dy * down;
      const distance = ahead + 2 * Math.abs(dx * down + dy * right);
      if (ahead > 0.01 && (!best || distance < best.distance)) best = { tile, distance };
    }
    return best?.tile ?? tiles[tiles.indexOf(from) + right + down];
  }

  function go(from, to) {
    if (!to) return;
    from.button.tabIndex = -1;
    to.button.tabIndex = 0;
    to.button.focus();
  }

  map.addEventListener("keydown", (event) => {
    const from = tiles.find((tile) => tile.button === document.activeElement);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) go(from, next(from, DIRECTIONS[event.key]));
    else if (event.key === "Home") go(from, tiles[0]);
    else if (event.key === "End") go(from, tiles.at(-1));
    else if ((event.key === "Escape" || event.key === "Backspace") && path.length > 1)
      up(path.length - 2);
    else return;
    event.preventDefault();
  });

  draw();
  new ResizeObserver(() => {
    const focused = tiles.find((tile) => tile.button === document.activeElement);
    draw(focused?.node);
  }).observe(map);
})();
