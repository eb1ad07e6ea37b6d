/// The style sheet of a page, beside that of its pictures.
enum PageStyle {
  static let text = """
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    html, body { height: 100%; margin: 0; }
    body {
      display: flex; flex-direction: column; background: var(--page); color: var(--text);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
    }
    code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    header {
      display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 16px; padding: 12px 24px;
      border-bottom: 1px solid var(--edge); background: var(--card);
    }
    h1 { margin: 0; font-size: 17px; font-weight: 650; overflow-wrap: anywhere; }
    h1 span, header p { color: var(--soft); font-weight: 400; font-size: 14px; }
    header p { margin: 0; }
    .panes { flex: 1; min-height: 0; display: grid; grid-template-columns: 312px minmax(0, 1fr); }
    nav { display: flex; flex-direction: column; min-height: 0; border-right: 1px solid var(--edge); background: var(--card); }
    .find { position: relative; padding: 14px 16px 8px; }
    .find input {
      width: 100%; height: 38px; padding: 0 34px 0 12px; font: inherit; color: inherit; background: var(--page);
      border: 1px solid var(--line); border-radius: 8px; appearance: none;
    }
    .find input::placeholder { color: var(--soft); opacity: 1; }
    .find kbd { position: absolute; right: 26px; top: 22px; }
    .find input:focus + kbd { display: none; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
    h2:focus { outline: none; }
    .only { display: flex; gap: 8px; align-items: center; padding: 2px 18px 10px; color: var(--soft); font-size: 13px; }
    .only input { margin: 0; accent-color: var(--link); }
    #list { flex: 1; min-height: 0; overflow-y: auto; padding: 0 8px 8px; border-top: 1px solid var(--edge); }
    #list .space { padding: 12px 8px 4px; font-size: 12px; font-weight: 600; color: var(--soft); overflow-wrap: anywhere; }
    #list a {
      display: flex; align-items: center; gap: 8px; padding: 5px 8px; border-radius: 6px; color: inherit;
      text-decoration: none; content-visibility: auto; contain-intrinsic-size: auto 33px;
    }
    #list a span:first-child { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    #list a:hover { background: var(--page); }
    #list a.active { box-shadow: inset 0 0 0 2px var(--link); }
    #list a[aria-selected="true"] { background: var(--chosen); font-weight: 600; }
    .badge {
      flex: none; min-width: 20px; padding: 0 6px; border-radius: 10px; font-size: 12px; line-height: 20px;
      font-weight: 600; text-align: center; color: var(--soft); background: var(--page);
    }
    .badge.error { background: var(--bad); color: var(--bad-text); }
    .badge.warning { background: var(--warn); color: var(--warn-text); }
    #none { padding: 0 18px; color: var(--soft); }
    .keys {
      margin: 0; padding: 10px 16px; border-top: 1px solid var(--edge); color: var(--soft); font-size: 12px;
      white-space: nowrap; overflow: hidden;
    }
    .keys kbd:not(:first-child):not(kbd + kbd) { margin-left: 6px; }
    kbd {
      display: inline-block; padding: 0 4px; border: 1px solid var(--edge); border-radius: 4px; background: var(--page);
      color: var(--soft); font: 11px/17px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    }
    main { min-height: 0; overflow-y: auto; padding: 24px 32px 48px; }
    main > * { max-width: 1160px; }
    main .back { display: none; }
    h2 { margin: 0; font-size: 24px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
    h2 span { color: var(--soft); font-weight: 400; }
    .summary { margin: 4px 0 20px; color: var(--soft); }
    h3 { margin: 32px 0 10px; font-size: 15px; font-weight: 650; }
    .problems { margin: 0 0 20px; padding: 0; list-style: none; display: grid; gap: 8px; }
    .problems li { padding: 10px 14px; border-radius: 8px; background: var(--card); border: 1px solid var(--edge); border-left: 4px solid var(--line); }
    .problems li.error { border-left-color: var(--bad-edge); }
    .problems li.warning { border-left-color: var(--warn-text); }
    .problems b { font-weight: 600; }
    .problems p { margin: 0; overflow-wrap: anywhere; }
    .problems p + p { color: var(--soft); font-size: 13.5px; }
    .frame { overflow-x: auto; padding: 20px; border: 1px solid var(--edge); border-radius: 10px; background: var(--card); }
    .frame svg { display: block; width: 100%; min-width: 860px; height: auto; }
    .tabs { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: 8px; }
    .tabs button {
      padding: 5px 12px; border: 1px solid transparent; border-radius: 7px; background: none; color: var(--soft);
      font: inherit; font-size: 14px; cursor: pointer;
    }
    .tabs button:hover { color: var(--text); }
    .tabs button[aria-selected="true"] { background: var(--chosen); color: var(--text); font-weight: 600; }
    pre {
      margin: 0; padding: 16px 18px; overflow: auto; max-height: 560px; border: 1px solid var(--edge); border-radius: 10px;
      background: var(--card); font-size: 12.5px; line-height: 1.6; tab-size: 2;
    }
    pre i { font-style: normal; color: var(--soft); }
    .empty { display: grid; gap: 4px; padding: 64px 0; text-align: center; color: var(--soft); }
    .notes { margin-top: 32px; color: var(--soft); font-size: 13px; }
    .notes p { margin: 0; }
    noscript p { padding: 16px 24px; }
    @media (max-width: 760px) {
      header { padding: 10px 16px; }
      .panes { grid-template-columns: minmax(0, 1fr); }
      nav { border-right: 0; }
      main { display: none; padding: 12px 16px 40px; }
      body.open nav { display: none; }
      body.open main { display: block; }
      main .back {
        display: inline-block; margin: 0 0 12px -8px; padding: 6px 8px; border: 0; background: none; color: var(--link);
        font: inherit; cursor: pointer;
      }
      h2 { font-size: 20px; }
      .frame { padding: 14px; }
      .frame svg { min-width: 1000px; }
      .keys { display: none; }
    }
    @media print {
      nav, .tabs, .back { display: none !important; }
      .panes { display: block; }
      pre { max-height: none; white-space: pre-wrap; }
    }
    """
}
