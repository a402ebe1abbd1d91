import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app.ts';
import { appConfig } from './app/app.config.ts';
import { routes } from './app/app.routes.ts';
import { headStart } from './app/head-start.ts';

headStart(routes, window.location.pathname);
void bootstrapApplication(App, appConfig);
