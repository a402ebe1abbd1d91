import { BarChart, HeatmapChart } from 'echarts/charts';
import { CalendarComponent, GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

// Only what our charts are made of; the rest of the library stays out of the download.
use([BarChart, CalendarComponent, GridComponent, HeatmapChart, SVGRenderer, TooltipComponent, VisualMapComponent]);

export { init };
