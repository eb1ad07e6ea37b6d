/// The script of a page. Whatever comes from the input gets into the page as text nodes and attributes, never as markup.
enum PageScript {
  static let text = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const head = data.head, services = data.services;
    const byId = id => document.getElementById(id);
    const list = byId("list"), search = byId("search"), only = byId("only"), detail = byId("detail");
    const rank = {error: 0, warning: 1, info: 2};
    let shown = [], active = -1, opened = null, target = 0;

    function make(tag, attributes, ...children) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes || {})) {
        if (name === "onclick") element.onclick = value; else element.setAttribute(name, value);
      }
      element.append(...children);
      return element;
    }
    const plural = (number, noun) => number + " " + noun + (number === 1 ? "" : "s");
    const address = service => (service.d.ns ? service.d.ns + "/" : "") + service.d.n;

    services.forEach((service, index) => {
      service.key = address(service).toLowerCase();
      const problems = service.d.p;
      const row = make("a", {id: "s" + index, role: "option", "aria-selected": "false", tabindex: "-1",
        href: "#" + encodeURIComponent(address(service)), title: address(service)}, make("span", {}, service.d.n));
      if (problems.length) {
        const words = plural(problems.length, "problem") + ", gravest: " + problems[0][0];
        row.append(make("span", {class: "badge " + problems[0][0], title: words, "aria-label": words}, String(problems.length)));
      }
      row.onclick = event => { event.preventDefault(); open(service); };
      service.row = row;
    });

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      shown = services.filter(service =>
        (!only.checked || service.d.p.length) && words.every(word => service.key.includes(word)));
      const rows = document.createDocumentFragment();
      let space = null;
      for (const service of shown) {
        if (service.d.ns !== space) {
          space = service.d.ns;
          rows.append(make("div", {class: "space", role: "presentation"}, space));
        }
        rows.append(service.row);
      }
      list.replaceChildren(rows);
      byId("none").hidden = shown.length > 0;
      move(shown.length ? Math.max(0, search.value ? 0 : shown.indexOf(opened)) : -1);
    }

    function move(to) {
      services.forEach(service => service.row.classList.remove("active"));
      active = to;
      if (to < 0) { search.removeAttribute("aria-activedescendant"); return; }
      const row = shown[to].row;
      search.setAttribute("aria-activedescendant", row.id);
      if (document.activeElement === search) {
        row.classList.add("active");
        row.scrollIntoView({block: "nearest"});
      }
    }

    function draw(service) {
      const space = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(space, "svg");
      const put = (tag, style, attributes, text) => {
        const element = document.createElementNS(space, tag);
        element.setAttribute("class", head.styles[style]);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        if (text !== undefined) element.textContent = text;
        svg.append(element);
      };
      svg.setAttribute("class", "picture");
      svg.setAttribute("viewBox", "0 0 " + (head.width + 1) + " " + service.d.h);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", address(service) + ": " + service.d.s);
      for (const [kind, style, x, y, a, b] of service.d.g) {
        if (kind === 0) put("rect", style, {x, y, width: a, height: b});
        else if (kind === 3) {
          const middle = (x + a) / 2;
          put("path", style, {d: `M${x} ${y}C${middle} ${y} ${middle} ${b} ${a} ${b}`});
        } else put("text", style, kind === 2 ? {x, y, "text-anchor": "end"} : {x, y}, a);
      }
      return svg;
    }

    function rules(service) {
      const area = make("section", {});
      area.append(make("h3", {id: "rules"}, "Rules"));
      if (!service.r) { area.append(make("p", {class: "summary"}, "Left out to keep this file small: svcnat graph --service " + address(service))); return area; }
      const pre = make("pre", {id: "text", role: "tabpanel", tabindex: "0", "aria-label": "Rules"});
      const tabs = head.targets.map((name, index) => make("button", {role: "tab", type: "button", "aria-controls": "text",
        onclick: () => { choose(index); }}, name));
      const choose = index => {
        target = index;
        tabs.forEach((tab, place) => {
          tab.setAttribute("aria-selected", place === index); tab.tabIndex = place === index ? 0 : -1;
        });
        pre.replaceChildren();
        for (const line of (service.r[index] || "# none\n").split(/(?<=\n)/)) {
          pre.append(line.startsWith("#") ? make("i", {}, line) : line);
        }
      };
      const bar = make("div", {class: "tabs", role: "tablist", "aria-labelledby": "rules"}, ...tabs);
      bar.onkeydown = event => {
        const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
        if (!step) return;
        event.preventDefault();
        choose((target + step + tabs.length) % tabs.length);
        tabs[target].focus();
      };
      choose(target);
      area.append(bar, pre);
      return area;
    }

    function notes() {
      return make("div", {class: "notes"}, ...head.notes.map(note => make("p", {}, note)));
    }

    function open(service, quietly) {
      if (opened) opened.row.setAttribute("aria-selected", "false");
      opened = service;
      service.row.setAttribute("aria-selected", "true");
      document.body.classList.add("open");
      const title = make("h2", {tabindex: "-1"}, make("span", {}, service.d.ns ? service.d.ns + "/" : ""), service.d.n);
      detail.replaceChildren(
        make("button", {class: "back", type: "button", onclick: close}, "‹ All Services"),
        title, make("p", {class: "summary"}, service.d.k + " · " + service.d.s));
      if (service.d.p.length) {
        detail.append(make("ul", {class: "problems", "aria-label": "Problems"}, ...service.d.p.map(
          ([severity, code, message, advice, place]) => make("li", {class: severity},
            make("p", {}, make("b", {}, code + " " + severity), " · " + message),
            make("p", {}, advice + (place ? " (" + place + ")" : ""))))));
      }
      detail.append(make("div", {class: "frame", tabindex: "0", role: "region", "aria-label": "Picture"}, draw(service)));
      if (!service.r || service.r.length) detail.append(rules(service));
      detail.append(notes());
      detail.scrollTop = 0;
      if (!quietly) {
        history.replaceState(null, "", "#" + encodeURIComponent(address(service)));
        title.focus();
        move(shown.indexOf(service));
      }
      service.row.scrollIntoView({block: "nearest"});
    }

    function close() {
      if (opened) opened.row.setAttribute("aria-selected", "false");
      const row = opened && opened.row;
      opened = null;
      document.body.classList.remove("open");
      history.replaceState(null, "", location.pathname + location.search);
      detail.replaceChildren(make("div", {class: "empty"}, make("p", {}, services.length
        ? "Choose a Service to see where its traffic goes." : "There is no Service in the input.")), notes());
      if (row) row.scrollIntoView({block: "nearest"});
      search.focus();
    }

    document.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const inSearch = document.activeElement === search;
      if (event.key === "/" && !inSearch) {
        if (getComputedStyle(search).visibility && !search.offsetParent) close();
        search.focus(); search.select();
      } else if (event.key === "Escape") {
        if (search.value) { search.value = ""; filter(); } else if (opened) close();
      } else if (inSearch || document.activeElement === document.body) {
        const last = shown.length - 1;
        const to = {ArrowDown: Math.min(active + 1, last), ArrowUp: Math.max(active - 1, 0),
          PageDown: Math.min(active + 10, last), PageUp: Math.max(active - 10, 0)}[event.key];
        if (to !== undefined && last >= 0) { if (!inSearch) search.focus(); move(to); }
        else if (event.key === "Enter" && active >= 0) open(shown[active]);
        else return;
      } else return;
      event.preventDefault();
    });
    search.addEventListener("input", filter);
    search.addEventListener("focus", () => move(active));
    search.addEventListener("blur", () => shown[active] && shown[active].row.classList.remove("active"));
    only.addEventListener("change", filter);
    window.addEventListener("hashchange", fromHash);

    function fromHash() {
      let name = "";
      try { name = decodeURIComponent(location.hash.slice(1)); } catch { }
      const service = services.find(service => address(service) === name);
      if (service && service !== opened) { open(service, true); return true; }
      return false;
    }

    const problematic = services.filter(service => service.d.p.length).length;
    byId("node").textContent = "seen from node " + head.node + (head.zone ? " in zone " + head.zone : "");
    byId("count").textContent = plural(services.length, "Service") + (problematic ? ", " + problematic + " with problems" : "");
    only.closest("label").hidden = !problematic;
    filter();
    if (!fromHash()) {
      const first = services.find(service => service.r && service.r.length) || services[0];
      if (first && (services.length === 1 || matchMedia("(min-width: 761px)").matches)) open(first, true);
      else if (!services.length) close();
    }
    """#
}
