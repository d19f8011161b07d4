'use strict';
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const finite = value => (typeof value === 'number' ? value : null);
  const escape = text => echarts.format.encodeHTML(String(text));
  const short = value => (typeof value === 'number' ? Number(value.toPrecision(4)).toString() : '–');
  const amount = value => {
    const unit = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
    return Number((value / 1000 ** unit).toPrecision(3)) + ['', ' k', ' M', ' G', ' T'][unit];
  };
  const percent = value => (typeof value === 'number' ? Number((100 * value).toFixed(value < 0.0995 ? 1 : 0)) + ' %' : '–');
  const ends = values => { // round ones
    const low = Math.min(...values), high = Math.max(...values);
    const step = echarts.number.nice((high - low || Math.abs(high) || 1) / 4, true);
    const round = value => Number(value.toPrecision(12));
    const from = round(Math.floor(low / step) * step), to = round(Math.ceil(high / step) * step);
    return [from, to > from ? to : round(from + step)];
  };
  const clip = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);
  const palette = () => dark.matches
    ? ['#7cc0ff', '#ffb86b', '#7ee0a1', '#f08fb4', '#c3a6ff', '#e6d36b', '#6fd6d6', '#ff8f7a']
    : ['#0b57a4', '#c05a00', '#1a7f4b', '#b0276b', '#6a45c0', '#8a6d00', '#0b7a7a', '#b3301c'];
  const outcomes = () => ({
    SUCCEEDED: palette()[0], COMPUTED: palette()[0], REUSED: palette()[2], RUNNING: palette()[5],
    FAILED: palette()[7], LOST: palette()[3], RELEASED: palette()[1], INVALIDATED: palette()[4], SKIPPED: css('--soft'),
  });
  const text = () => ({ color: css('--ink'), fontFamily: 'system-ui, sans-serif' });
  const axis = more => ({
    axisLabel: { color: css('--soft'), hideOverlap: true },
    nameTextStyle: { color: css('--soft') },
    axisLine: { lineStyle: { color: css('--line') } },
    splitLine: { lineStyle: { color: css('--line') } },
    ...more,
  });
  const tooltip = more => ({
    confine: true, backgroundColor: css('--panel'), borderColor: css('--line'), textStyle: text(), ...more,
  });
  const narrow = width => width < 600;
  const listed = (names, width) => narrow(width) && names > 1 && names < 7; // a line for each name
  const legend = (names, width) => ({
    top: 0, show: names > 1, textStyle: text(), pageTextStyle: text(),
    ...(listed(names, width) ? { type: 'plain', orient: 'vertical', left: 0, itemGap: 5 } : { type: 'scroll' }),
  });
  const head = (names, width) => (listed(names, width) ? 34 + 20 * names : names > 1 ? 54 : 34);

  const draw = {
    HeatMap(chart, width, sheet) {
      const tree = chart.joins.length ? (narrow(width) ? 70 : 140) : 0;
      const roomy = chart.columns.length * 50 + 24 * 7 + tree < width;
      const most = roomy ? 24 : narrow(width) ? 10 : 18;
      const left = Math.min(Math.max(...chart.rows.map(r => r.length)), most) * 7 + 14;
      const inner = Math.max(width - left - tree - 20, 60);
      const wide = Math.min(inner, chart.columns.length * 90);
      const cell = Math.max(Math.min(wide / chart.columns.length, 44), 18);
      const height = chart.rows.length * cell;
      const values = chart.sheets[sheet].values;
      const data = [];
      values.forEach((row, r) => row.forEach((v, c) => data.push([c, r, finite(v) ?? '-'])));
      const all = chart.sheets.flatMap(s => s.values.flat()).filter(v => finite(v) !== null);
      const [low, high] = ends(all);
      const told = value => (chart.percent ? percent(value) : short(value));
      const tight = wide / chart.columns.length < 38;
      const turned = Math.min(Math.max(...chart.columns.map(c => c.length)), most) * 7 + 6 > wide / chart.columns.length;
      const grid = [{ left, top: 10, width: wide, height }];
      const xAxis = [axis({ type: 'category', data: chart.columns, axisLabel: { color: css('--soft'), interval: 0, rotate: turned ? 60 : 0, formatter: v => clip(v, most) } })];
      const yAxis = [axis({ type: 'category', data: chart.rows, inverse: true, axisLabel: { color: css('--soft'), interval: 0, formatter: v => clip(v, most) } })];
      const series = [{
        type: 'heatmap', data,
        label: { show: !tight, color: 'inherit', formatter: p => (p.value[2] === '-' ? '–' : told(Number(p.value[2].toPrecision(3)))) },
        itemStyle: { borderColor: css('--page'), borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: css('--ink') } },
      }];
      const middle = (low + high) / 2;
      series[0].data = data.map(d => ({ value: d, label: { color: d[2] > middle ? css('--page') : css('--ink') } }));
      if (tree) {
        grid.push({ left: left + wide + 6, top: 10, width: tree, height });
        xAxis.push(axis({ type: 'value', gridIndex: 1, min: 0, splitNumber: 2, name: narrow(width) ? '' : 'distance', nameLocation: 'middle', nameGap: 26, splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: css('--line') } } }));
        yAxis.push({ type: 'value', gridIndex: 1, min: -0.5, max: chart.rows.length - 0.5, inverse: true, show: false });
        chart.joins.forEach(j => series.push({
          type: 'line', xAxisIndex: 1, yAxisIndex: 1, symbol: 'none', silent: true, color: css('--ink'), lineStyle: { width: 1.5 },
          data: [[j.firstHeight, j.first], [j.height, j.first], [j.height, j.second], [j.secondHeight, j.second]],
        }));
      }
      const below = turned ? Math.min(Math.max(...chart.columns.map(c => c.length)), most) * 6 + 26 : 34;
      return {
        height: height + 10 + below + 40,
        option: {
          grid, xAxis, yAxis, series,
          visualMap: { min: low, max: high, seriesIndex: 0, orient: 'horizontal', left, bottom: 0, itemHeight: 120, itemWidth: 12, calculable: false, textStyle: text(), text: [told(high), told(low)], inRange: { color: [css('--low'), css('--high')] } },
          tooltip: tooltip({ formatter: p => `${escape(chart.rows[p.value[1]])} → ${escape(chart.columns[p.value[0]])}<br><b>${told(p.value[2])}</b>` }),
        },
      };
    },

    Lines(chart, width) {
      const symbol = Math.max(...chart.lines.map(l => l.points.length)) < 60 ? 'circle' : 'none';
      const smoothed = chart.lines.some(l => l.smooth.length);
      const colour = i => palette()[i % palette().length];
      const dash = i => ['solid', 'dashed', 'dotted'][Math.floor(i / palette().length) % 3];
      const curve = (line, i) => ({
        name: line.name, type: 'line', color: colour(i), symbol: smoothed ? 'none' : symbol, symbolSize: 6, z: 3, lineStyle: { width: 2, type: dash(i) },
        data: line.points.map((p, at) => [p.x, finite(smoothed ? line.smooth[at] : p.y), finite(p.y)]),
        markLine: i || !chart.marks.length ? undefined : {
          symbol: 'none', silent: true, lineStyle: { color: css('--soft'), type: 'dashed' },
          data: chart.marks.map(m => ({ xAxis: m.x, label: { formatter: m.text, color: css('--ink'), position: 'insideEndBottom', fontSize: 11 } })),
        },
      });
      const behind = (line, i) => ({
        name: line.name, type: 'line', color: colour(i), symbol: 'none', silent: true, z: 2, lineStyle: { width: 1, opacity: 0.3 }, emphasis: { disabled: true },
        data: line.points.map(p => [p.x, finite(p.y)]),
      });
      const said = p => `${p.marker}${escape(p.seriesName)} <b>${short(p.value[1])}</b>${smoothed ? ` (this step ${short(p.value[2])})` : ''}`;
      const tell = found => {
        const own = [found].flat().filter(p => p.value.length > 2);
        return own.length ? [`${escape(chart.xName)} ${own[0].value[0]}`, ...own.map(said)].join('<br>') : '';
      };
      return {
        height: 290 + head(chart.lines.length, width),
        option: {
          grid: { left: 8, right: 24, top: head(chart.lines.length, width), bottom: 30, containLabel: true },
          legend: legend(chart.lines.length, width),
          tooltip: tooltip({ trigger: chart.lines.length > 12 ? 'item' : 'axis', formatter: tell }),
          xAxis: axis({ type: 'value', name: chart.xName, nameLocation: 'middle', nameGap: 26, minInterval: 1, min: 'dataMin', max: 'dataMax' }),
          yAxis: axis({ type: 'value', scale: true, name: chart.label.toLowerCase().startsWith(chart.yName.toLowerCase()) ? '' : chart.yName, nameTextStyle: { color: css('--soft'), align: 'left' } }),
          series: [...chart.lines.map(curve), ...(smoothed ? chart.lines.map(behind) : [])],
        },
      };
    },

    Dots(chart, width) {
      const dense = chart.reference, dots = dense ? [...chart.dots, dense] : chart.dots;
      const bars = dots.filter(d => finite(d.low) !== null).map(d => [d.x, d.low, d.high]);
      const xs = dots.map(d => d.x), room = Math.max((Math.max(...xs) - Math.min(...xs)) * 0.12, xs[0] * 0.05);
      const ys = dots.flatMap(d => [d.y, finite(d.low) ?? d.y, finite(d.high) ?? d.y]);
      const above = (Math.max(...ys) - Math.min(...ys) || ys[0]) * 0.1;
      const left = Math.max(0, Math.min(...xs) - room), right = Math.max(...xs) + room;
      const low = Math.min(...ys) - above, high = Math.max(...ys) + above;
      const plot = width - 70, placed = [];
      const across = d => (d.x - left) / (right - left) * plot;
      const points = dots.map(d => {
        const position = across(d) > plot / 2 ? 'left' : 'right', room = position === 'left' ? across(d) : plot - across(d);
        return { name: d.name, shown: clip(d.name, Math.floor(room / 7)), value: [d.x, d.y], label: { position }, ...(d === dense ? { symbol: 'diamond', itemStyle: { color: css('--soft') } } : {}) };
      });
      [...points].sort((a, b) => b.value[1] - a.value[1]).forEach(p => { // no name upon another
        const x = across({ x: p.value[0] }), y = (high - p.value[1]) / (high - low) * 290;
        const long = p.shown.length * 7, from = p.label.position === 'left' ? x - long : x;
        let at = y;
        placed.filter(o => o.from < from + long && from < o.from + o.long).forEach(o => { at = at > o.at - 14 && at < o.at + 14 ? o.at + 14 : at; });
        placed.push({ from, long, at });
        p.label.offset = [0, at - y];
      });
      return {
        height: 380,
        option: {
          grid: { left: 8, right: 16, top: 36, bottom: 34, containLabel: true },
          tooltip: tooltip({ formatter: p => { const d = dots[p.dataIndex]; return `${escape(d.name)}<br>${amount(d.x)} ${escape(chart.xName)}<br><b>${short(d.y)}</b>${finite(d.low) === null ? '' : ` (${short(d.low)} to ${short(d.high)})`}`; } }),
          xAxis: axis({ type: 'value', scale: true, min: left, max: right, name: chart.xName, nameLocation: 'middle', nameGap: 28, axisLabel: { color: css('--soft'), hideOverlap: true, formatter: amount, showMinLabel: false, showMaxLabel: false } }),
          yAxis: axis({ type: 'value', scale: true, min: low, max: high, name: chart.yName, axisLabel: { color: css('--soft'), formatter: short, showMinLabel: false, showMaxLabel: false } }),
          series: [{
            type: 'custom', silent: true, data: bars,
            renderItem(params, api) {
              const from = api.coord([api.value(0), api.value(1)]), to = api.coord([api.value(0), api.value(2)]);
              return { type: 'line', shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: css('--soft'), lineWidth: 2 } };
            },
          }, {
            type: 'scatter', symbolSize: 11, data: points,
            markLine: dense ? { symbol: 'none', silent: true, label: { show: false }, lineStyle: { color: css('--soft'), type: 'dashed' }, data: [{ yAxis: dense.y }] } : undefined,
            color: palette()[0], label: { show: true, color: css('--ink'), backgroundColor: css('--page'), padding: [0, 2], formatter: p => p.data.shown },
          }],
        },
      };
    },

    Bars(chart, width) {
      const turned = Math.max(...chart.categories.map(c => Math.min(c.length, 24))) * 7 + 8 > (width - 60) / chart.categories.length;
      const category = axis({ type: 'category', data: chart.categories, inverse: turned, axisLabel: { color: css('--soft'), interval: 0, formatter: v => clip(v, narrow(width) ? 12 : 24) } });
      const value = axis({ type: 'value', name: turned ? '' : chart.yName });
      return {
        height: head(chart.bars.length, width) + (turned ? 16 + chart.categories.length * (chart.bars.length * 14 + 14) : 306),
        option: {
          grid: { left: 16, right: 24, top: head(chart.bars.length, width), bottom: 8, containLabel: true },
          legend: legend(chart.bars.length, width),
          tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: short }),
          xAxis: turned ? value : category, yAxis: turned ? category : value,
          series: chart.bars.map(bar => ({ name: bar.name, type: 'bar', data: bar.values.map(finite) })),
        },
      };
    },

    Spans(chart, width) {
      const rows = [...new Set(chart.spans.map(s => s.row))];
      const colours = outcomes();
      const met = [...new Set(chart.spans.map(s => s.outcome))];
      return {
        height: 90 + rows.length * 22,
        option: {
          grid: { left: 16, right: 24, top: 40, bottom: 30, containLabel: true },
          legend: { ...legend(met.length), show: true, data: met },
          tooltip: tooltip({ formatter: p => { const s = chart.spans[p.value[3]]; return `${escape(s.row)}: ${escape(s.outcome)}<br>${short(s.to - s.from)} s${s.remark ? '<br>' + escape(clip(s.remark, 120)) : ''}`; } }),
          xAxis: axis({ type: 'value', min: 0, name: 'seconds', nameLocation: 'middle', nameGap: 26 }),
          yAxis: axis({ type: 'category', data: rows, inverse: true, axisLabel: { color: css('--soft'), interval: 0, fontSize: narrow(width) ? 11 : 12, width: Math.max(width * 0.4, 205), overflow: 'truncate' } }),
          series: met.map(outcome => ({
            name: outcome, type: 'custom', color: colours[outcome] ?? css('--soft'), encode: { x: [1, 2], y: 0 },
            data: chart.spans.map((s, i) => [rows.indexOf(s.row), s.from, s.to, i]).filter(d => chart.spans[d[3]].outcome === outcome),
            renderItem(params, api) {
              const from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
              return { type: 'rect', shape: { x: from[0], y: from[1] - 6, width: Math.max(to[0] - from[0], 3), height: 12, r: 2 }, style: { fill: api.visual('color') } };
            },
          })),
        },
      };
    },

    Graph(chart, width) {
      const columns = Math.max(...chart.nodes.map(n => n.column)) + 1;
      const across = Math.max((columns - 1) * (narrow(width) ? 118 : 91) + 118, width);
      const most = Math.floor((across - 118) / Math.max(columns - 1, 1) / 7); // characters under a point
      const data = chart.nodes.map((n, i) => ({ name: String(i), depth: n.column, itemStyle: { color: palette()[n.column % palette().length] } }));
      const links = [];
      chart.links.forEach(({ from, to }) => { // a long line has a place in each column that it crosses
        let last = String(from);
        for (let depth = chart.nodes[from].column + 1; depth < chart.nodes[to].column; depth++) {
          const name = `${from}-${to}-${depth}`;
          data.push({ name, depth, itemStyle: { color: css('--soft'), opacity: 0.35 }, label: { show: false } });
          links.push({ source: last, target: name, value: 1, from, to });
          last = name;
        }
        links.push({ source: last, target: String(to), value: 1, from, to });
      });
      const tallest = Math.max(...Array.from({ length: columns }, (_, c) => data.filter(d => d.depth === c).length));
      const names = ({ name, members: m }) => {
        const all = m.join(', ');
        return all === name ? '' : all.length <= most || m.length < 2 ? clip(all, most) : `${clip(m[0], most - 4)}, +${m.length - 1}`;
      };
      const node = n => `<b>${escape(n.name)}</b> ${escape(n.members.join(', '))}`;
      const tell = ({ data: d, name }) => {
        const [from, to] = d.from === undefined ? name.split('-') : [d.from, d.to];
        const n = chart.nodes[to ?? from];
        return to === undefined
          ? node(n) + (n.from.length ? '<br>from ' + escape(n.from.join(', ')) : '')
          : `${node(n)}<br>from ${node(chart.nodes[from])}`;
      };
      return {
        height: tallest * 58 + 40,
        width: across,
        option: {
          tooltip: tooltip({ formatter: tell, extraCssText: 'max-width: 22rem; white-space: normal' }),
          series: [{
            type: 'sankey', left: 50, right: 60, top: 40, bottom: 10, nodeWidth: 8, nodeGap: 50, draggable: false, layoutIterations: 64,
            data, links, itemStyle: { borderWidth: 0 }, lineStyle: { color: css('--soft'), opacity: 0.35, curveness: 0.5 }, emphasis: { focus: 'trajectory' },
            label: {
              position: 'top', distance: 4, color: css('--ink'), lineHeight: 14,
              formatter: p => { const of = names(chart.nodes[p.name]); return `{name|${chart.nodes[p.name].name}}${of && `\n{of|${of}}`}`; },
              rich: { name: { fontSize: 12, fontWeight: 600, align: 'center', lineHeight: 14 }, of: { fontSize: 11, align: 'center', lineHeight: 14, color: css('--soft') } },
            },
          }],
        },
      };
    },
  };

  const show = id => {
    const chart = charts[id];
    const element = document.getElementById('chart-' + id);
    const select = document.querySelector(`#controls-${CSS.escape(id)} select`);
    const label = element.getAttribute('aria-label');
    const drawn = draw[chart.kind](chart, element.parentElement.clientWidth, select ? select.selectedIndex : 0);
    element.style.height = drawn.height + 'px';
    element.style.width = drawn.width ? drawn.width + 'px' : '';
    echarts.getInstanceByDom(element)?.dispose();
    const instance = echarts.init(element, null, { renderer: 'svg' });
    instance.setOption({ color: palette(), textStyle: text(), animation: false, stateAnimation: { duration: still.matches ? 0 : 200 }, ...drawn.option });
    element.setAttribute('aria-label', label);
  };

  const choose = id => {
    const sheets = charts[id].sheets;
    if (!sheets || sheets.length < 2) return;
    const label = document.createElement('label');
    const select = document.createElement('select');
    sheets.forEach(sheet => select.add(new Option(sheet.name)));
    label.append('Show ', select);
    select.addEventListener('change', () => show(id));
    document.getElementById('controls-' + id).append(label);
  };

  const all = () => Object.keys(charts).forEach(show);
  Object.keys(charts).forEach(choose);
  all();
  dark.addEventListener('change', all);
  let width = innerWidth, timer;
  addEventListener('resize', () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (innerWidth !== width) { width = innerWidth; all(); } }, 150);
  });
})();
