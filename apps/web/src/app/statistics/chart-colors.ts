/** The tokens charts are drawn with, as colours a chart library understands. */
export interface ChartColors {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly surface: string;
  readonly inset: string;
}

const TOKENS: Readonly<Record<keyof ChartColors, string>> = {
  ink: '--bo-ink',
  soft: '--bo-ink-soft',
  line: '--bo-line',
  accent: '--bo-accent',
  accentSoft: '--bo-accent-soft',
  surface: '--bo-surface-raised',
  inset: '--bo-inset',
};

/** Reads the tokens as they are now: light or dark. */
export function readChartColors(host: HTMLElement): ChartColors {
  // A token may be a function of the scheme; only a real property of an element says what it comes to.
  const probe = document.createElement('span');
  host.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colors = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]));
  probe.remove();
  return colors as unknown as ChartColors;
}
