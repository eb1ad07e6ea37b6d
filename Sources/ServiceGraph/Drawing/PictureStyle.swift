/// The look of pictures, in a file of their own as well as in a page.
enum PictureStyle {
  /// Colours for light and dark, as custom properties. Text has a contrast of at least 4.5 to what is behind it.
  static let colours = """
    :root {
      color-scheme: light dark;
      --page: #f6f7f9; --card: #ffffff; --text: #1b2230; --soft: #566073; --edge: #d5dae3; --link: #1f5fbf;
      --line: #7f8ba1; --service: #e8effb; --service-edge: #4d7fd0; --policy: #f1eefb; --policy-edge: #8e7cc9;
      --good: #e7f5ee; --good-edge: #3f9b6f; --local: #d3eedf; --local-edge: #1f7a50; --bad: #fdecea; --bad-edge: #cf4a3c;
      --bad-text: #a52a1d; --warn: #fff4dc; --warn-text: #7a4d00; --chosen: #e3ecfb;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #12161d; --card: #1a2029; --text: #e6eaf1; --soft: #a3aebf; --edge: #323b49; --link: #8ab4f8;
        --line: #65728a; --service: #1d2d47; --service-edge: #6f9fe8; --policy: #2a2540; --policy-edge: #9d8cd9;
        --good: #16302a; --good-edge: #4fae82; --local: #1b4334; --local-edge: #63cf9b; --bad: #3b1f1e; --bad-edge: #e0705f;
        --bad-text: #ffa698; --warn: #3a2e14; --warn-text: #f0c674; --chosen: #243552;
      }
    }
    """

  static let shapes = """
    .picture text { fill: var(--text); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    .picture .title { font-weight: 600; font-size: 13px; }
    .picture .heading { font-weight: 600; font-size: 12px; fill: var(--soft); letter-spacing: .02em; }
    .picture .address { font: 12.5px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    .picture .small { font-size: 11px; fill: var(--soft); }
    .picture .share { font-size: 11.5px; font-weight: 600; }
    .picture rect { stroke-width: 1; rx: 7px; }
    .picture path { fill: none; stroke: var(--line); stroke-width: 1.25; }
    .picture path.rule { stroke: var(--edge); stroke-width: 1; }
    .picture rect.service { fill: var(--service); stroke: var(--service-edge); }
    .picture rect.frontend { fill: var(--card); stroke: var(--service-edge); }
    .picture rect.policy { fill: var(--policy); stroke: var(--policy-edge); }
    .picture rect.endpoint { fill: var(--good); stroke: var(--good-edge); }
    .picture rect.local { fill: var(--local); stroke: var(--local-edge); stroke-width: 2; }
    .picture rect.unused { fill: none; stroke: var(--line); stroke-dasharray: 4 3; }
    .picture rect.refused { fill: var(--bad); stroke: var(--bad-edge); }
    """
}
