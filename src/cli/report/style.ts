/** The report's style sheet. The colours are told apart by people who see red and green alike (Okabe & Ito). */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1a1a1a; --soft: #5c5c5c; --grid: #e4e4e4; --card: #f6f6f4;
  --actual: #1a1a1a; --model: #0072b2; --band: #0072b22e; --naive: #d55e00; --seasonalNaive: #009e73;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181b; --text: #e8e8e6; --soft: #a2a5aa; --grid: #303338; --card: #1f2226;
    --actual: #e8e8e6; --model: #56b4e9; --band: #56b4e93d; --naive: #e69f00; --seasonalNaive: #2fc79a;
  }
}
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); margin: 0; }
.verdict { background: var(--card); border-left: 4px solid var(--model); padding: .9rem 1.1rem; margin: 1.4rem 0; }
.verdict.behind { border-color: var(--naive); }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
tbody tr.model { font-weight: 600; }
.chart { min-height: 300px; }
.u-legend { font-size: .85rem; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
summary { cursor: pointer; }
`;
