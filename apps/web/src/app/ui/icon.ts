import { Component, computed, input } from '@angular/core';

/** Our own line icons, drawn on a 24 by 24 grid. */
const ICON_PATHS = {
  activity: 'M3 12h4l3-7 4 14 3-7h4',
  alert: 'M12 8v5m0 3.5v.01M10.5 4.2 3 17.5A1.7 1.7 0 0 0 4.5 20h15a1.7 1.7 0 0 0 1.5-2.5L13.5 4.2a1.7 1.7 0 0 0-3 0Z',
  arrowLeft: 'M19 12H5m6-6-6 6 6 6',
  arrowUp: 'M12 19V5m-6 6 6-6 6 6',
  bookmark: 'M7 4h10v16l-5-4-5 4z',
  book: 'M12 6.5C9.5 4.8 6.5 4.5 3.5 5.5v13c3-1 6-.7 8.5 1 2.5-1.7 5.5-2 8.5-1v-13c-3-1-6-.7-8.5 1Zm0 0v13',
  chart: 'M4 20h16M7 20v-6m5 6V6m5 14v-9',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chevronDown: 'm6 9.5 6 6 6-6',
  chevronRight: 'm9.5 6 6 6-6 6',
  circle: 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM15 9V5H5v11h4',
  device:
    'M6.5 3h11A1.5 1.5 0 0 1 19 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19.5v-15A1.5 1.5 0 0 1 6.5 3ZM8 6.5h8V16H8zM11 18.5h2',
  download: 'M12 4v11m-5-4.5 5 5 5-5M5 20h14',
  edit: 'M4 20l1-4L16 5l3 3L8 19l-4 1Zm9.5-12.5 3 3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  eyeOff:
    'M4 4l16 16M9.9 6A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6.5 7.5A16 16 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.5-1.2M10 10a3 3 0 0 0 4 4',
  filter: 'M4 6h16M7 12h10M10 18h4',
  folder:
    'M3.5 6.5A1.5 1.5 0 0 1 5 5h4.5l2 2.5H19A1.5 1.5 0 0 1 20.5 9v8.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5z',
  highlighter: 'M4 20h7M8.5 16.5 6 14l9-9.5 4 4L9.5 18zM13 7l4 4',
  home: 'M4 11.5 12 5l8 6.5M6 10v9h4.5v-5h3v5H18v-9',
  key: 'M15 14a5 5 0 1 0-4.7-3.3L4 17v3h3v-2h2v-2h2l1.3-2.3A5 5 0 0 0 15 14Zm1.5-6.5v.01',
  library: 'M5 4v16M9 4v16M5 4h4M5 20h4M9 8h4v12H9M14.5 8.5 18 7.5 21 19l-3.6 1z',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  menu: 'M4 7h16M4 12h16M4 17h16',
  monitor: 'M4 5h16v11H4zM9 20h6m-3-4v4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  medal: 'M12 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM9.5 10.5 6 4h4l2 4m2.5 2.5L18 4h-4',
  offline:
    'M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5.5 12.5a9 9 0 0 1 5-2.5m4 .8a9 9 0 0 1 4 1.7M2.5 9.5A13 13 0 0 1 7 6.8M10.5 6a13 13 0 0 1 11 3.5M12 19v.01',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.7-3.7 3.6-5.5 7.5-5.5s6.8 1.8 7.5 5.5',
  plus: 'M12 5v14M5 12h14',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4.5H15',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5',
  signOut: 'M10 4H5v16h5M9.5 12H20m-4.5-4.5L20 12l-4.5 4.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2m0 15v2m9.5-9.5h-2m-15 0h-2m16.2-6.7-1.4 1.4M6.7 17.3l-1.4 1.4m0-13.4 1.4 1.4m10.6 10.6 1.4 1.4',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10.5 10.5v6m3-6v6',
  upload: 'M12 20V9m-5 4.5 5-5 5 5M5 4h14',
  unlink: 'M9 15.5 8 16.5a3.5 3.5 0 0 1-5-5l2.5-2.5M15 8.5l1-1a3.5 3.5 0 0 1 5 5L18.5 15M5 5l14 14',
  users:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 8c.5-3.3 2.8-5 6.5-5s6 1.7 6.5 5M15.5 4.8a3.5 3.5 0 0 1 0 6.5M18 15c2 .7 3.2 2.2 3.5 4.5',
} as const;

export type IconName = keyof typeof ICON_PATHS;

/** A line icon beside words; never the only thing that says what a control does. */
@Component({
  selector: 'bo-icon',
  template: `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: 1.25em;
      height: 1.25em;
      vertical-align: -0.25em;
    }
    svg {
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.6;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => ICON_PATHS[this.name()]);
}
