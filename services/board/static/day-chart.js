import { Component } from '/vendor/preact.js'
import uPlot from '/vendor/uplot.js'
import { serviceLevelParts } from './day.js'
import { themeChanged } from './theme.js'
import { html } from './view.js'
import { share, timeOfDay, timeZone } from './words.js'

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Offered, answered and abandoned as bars, the service level as a line above them. */
export class DayChart extends Component {
  componentDidMount() {
    this.draw = () => {
      this.plot?.destroy()
      this.plot = new uPlot(
        optionsFor(this.element, this.props.minutes),
        dataOf(this.props),
        this.element,
      )
    }
    this.draw()
    dark.addEventListener('change', this.draw)
    addEventListener(themeChanged, this.draw)
    this.resizing = new ResizeObserver(() => this.plot.setSize(sizeOf(this.element)))
    this.resizing.observe(this.element)
  }

  componentDidUpdate({ periods, minutes }) {
    if (minutes !== this.props.minutes) this.draw()
    else if (periods !== this.props.periods) this.plot.setData(dataOf(this.props))
  }

  componentWillUnmount() {
    dark.removeEventListener('change', this.draw)
    removeEventListener(themeChanged, this.draw)
    this.resizing.disconnect()
    this.plot.destroy()
  }

  render({ periods }) {
    return html`
      <figure class="chart">
        <figcaption>
          <span class="key offered">Offered</span>
          <span class="key answered">Answered</span>
          <span class="key abandoned">Abandoned</span>
          <span class="key level">Service level</span>
        </figcaption>
        <div
          ref=${(element) => (this.element = element)}
          role="img"
          aria-label=${inWords(periods)}
        ></div>
      </figure>
    `
  }
}

function inWords(periods) {
  const last = periods.at(-1)
  return `From ${timeOfDay(periods[0].at)} to ${timeOfDay(last.at)}; the table beside it has the numbers. In the last interval ${last.offered} offered, ${last.answered} answered, ${last.abandoned} abandoned, service level ${share(...serviceLevelParts(last))}.`
}

function dataOf({ periods, minutes }) {
  const half = minutes * 30
  const level = (period) => {
    const [part, whole] = serviceLevelParts(period)
    return whole === 0 ? null : (100 * part) / whole
  }
  return [
    periods.map(({ at }) => at / 1000 + half),
    periods.map(({ offered }) => offered),
    periods.map(({ answered }) => answered),
    periods.map(({ abandoned }) => abandoned),
    periods.map(level),
  ]
}

function sizeOf(element) {
  return { width: element.clientWidth, height: element.clientHeight }
}

function optionsFor(element, minutes) {
  const style = getComputedStyle(element)
  const colour = (name) => colourOf(element, name)
  const font = `${parseFloat(style.fontSize) * 0.8}px ${style.fontFamily}`
  const axis = {
    stroke: colour('--quiet'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    ...sizeOf(element),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    padding: [14, 4, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: (plot) => timeRange(plot.data[0], minutes) },
      y: { range: (_plot, _least, greatest) => [0, Math.max(4, Math.ceil(greatest * 1.35))] },
      '%': { range: () => [0, 100] },
    },
    axes: [
      { ...axis, size: 30, grid: { show: false }, values: '{HH}:{mm}', space: 64 },
      {
        ...axis,
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
        space: 36,
      },
      {
        ...{ ...axis, scale: '%', side: 1, size: 52, grid: { show: false } },
        splits: () => [0, 50, 100],
        values: (_plot, values) => values.map((value) => `${value} %`),
      },
    ],
    series: [
      {},
      bars(colour('--offered'), 0.86, 0),
      bars(colour('--answered'), 0.5, 0),
      bars(colour('--abandoned'), 0.2, 0),
      {
        ...{ scale: '%', stroke: colour('--level'), width: 2, spanGaps: false },
        points: { show: true, size: 5, fill: colour('--panel'), stroke: colour('--level') },
      },
    ],
  }
}

/** As the page has it now: a colour of the style sheet is one in the light and another in the dark. */
function colourOf(element, name) {
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = ''
  return color
}

function bars(fill, width, radius) {
  return {
    ...{ fill, stroke: fill, width: 0, points: { show: false } },
    paths: uPlot.paths.bars({ size: [width, 48], radius }),
  }
}

/** Bars at the edges are shown whole, and a young day does not fill the width with one of them. */
function timeRange(seconds, minutes) {
  const from = seconds[0] - minutes * 30
  const to = seconds.at(-1) + minutes * 30
  return [from, Math.max(to, from + 4 * 3_600)]
}
