// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * A picture, in colours for light and for dark pages.
 *
 * @param id for its file's name
 * @param caption what it shows
 * @param chart draws it in a theme's colours
 */
record Plot(String id, String caption, Function<Theme, Chart<?, ?>> chart) {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    /** Colours. The series' differ in brightness, too, for print without colour. */
    enum Theme {
        LIGHT(Color.WHITE, new Color(0x22, 0x22, 0x22), new Color(0xdd, 0xdd, 0xdd)),
        DARK(new Color(0x16, 0x18, 0x1c), new Color(0xdd, 0xdd, 0xdd), new Color(0x3a, 0x3e, 0x46));

        private static final Color[] ON_LIGHT = {
            new Color(0x00, 0x5f, 0xa8),
            new Color(0xd5, 0x5e, 0x00),
            new Color(0x00, 0x8f, 0x6a),
            new Color(0x99, 0x3f, 0x8a),
            new Color(0x66, 0x66, 0x66)
        };
        private static final Color[] ON_DARK = {
            new Color(0x5a, 0xb4, 0xf0),
            new Color(0xf0, 0x9a, 0x4a),
            new Color(0x4a, 0xd0, 0xa4),
            new Color(0xd8, 0x94, 0xcc),
            new Color(0xaa, 0xaa, 0xaa)
        };

        private final Color background;
        private final Color text;
        private final Color grid;

        Theme(Color background, Color text, Color grid) {
            this.background = background;
            this.text = text;
            this.grid = grid;
        }

        private Color[] series() {
            return this == LIGHT ? ON_LIGHT : ON_DARK;
        }
    }

    /** Values of one name. */
    record Series(String name, List<Double> values, List<Double> errors) {
        Series(String name, List<Double> values) {
            this(name, values, List.of());
        }
    }

    /** Points with intervals, side by side: ratios. */
    static Plot points(
            String id, String caption, String axis, List<String> labels, List<Series> series) {
        return new Plot(
                id,
                caption,
                theme -> {
                    CategoryChart chart = categories(axis);
                    chart.getStyler()
                            .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
                    fill(chart, theme, labels, series);
                    return chart;
                });
    }

    /** Bars side by side: values. */
    static Plot bars(
            String id,
            String caption,
            String axis,
            boolean logarithmic,
            List<String> labels,
            List<Series> series) {
        return new Plot(
                id,
                caption,
                theme -> {
                    CategoryChart chart = categories(axis);
                    if (logarithmic) {
                        chart.getStyler().setYAxisLogarithmic(true);
                        // Bars would begin at zero otherwise.
                        chart.getStyler().setYAxisMin(powerBelow(series));
                    }
                    chart.getStyler().setAvailableSpaceFill(0.8);
                    fill(chart, theme, labels, series);
                    return chart;
                });
    }

    /** Lines over numbers. */
    static Plot lines(
            String id,
            String caption,
            String horizontalAxis,
            String axis,
            boolean logarithmic,
            List<Double> places,
            List<Series> series) {
        return new Plot(
                id,
                caption,
                theme -> {
                    XYChart chart =
                            new XYChartBuilder()
                                    .width(WIDTH)
                                    .height(HEIGHT)
                                    .xAxisTitle(horizontalAxis)
                                    .yAxisTitle(axis)
                                    .build();
                    chart.getStyler().setXAxisLogarithmic(logarithmic);
                    chart.getStyler().setYAxisLogarithmic(logarithmic);
                    style(chart.getStyler(), theme);
                    series.forEach(s -> chart.addSeries(s.name(), places, s.values()));
                    chart.getSeriesMap().values().forEach(s -> s.setLineStyle(new BasicStroke(2)));
                    return chart;
                });
    }

    byte[] png(Theme theme) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try {
            BitmapEncoder.saveBitmap(chart.apply(theme), stream, BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stream.toByteArray();
    }

    private static double powerBelow(List<Series> series) {
        double least =
                series.stream()
                        .flatMap(s -> s.values().stream())
                        .mapToDouble(Double::doubleValue)
                        .min()
                        .orElse(1);
        return Math.pow(10, Math.floor(Math.log10(least)));
    }

    private static CategoryChart categories(String axis) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .xAxisTitle("")
                        .yAxisTitle(axis)
                        .build();
        chart.getStyler().setXAxisLabelRotation(40);
        return chart;
    }

    private static void fill(
            CategoryChart chart, Theme theme, List<String> labels, List<Series> series) {
        style(chart.getStyler(), theme);
        for (Series s : series) {
            if (s.errors().isEmpty()) {
                chart.addSeries(s.name(), labels, s.values());
            } else {
                chart.addSeries(s.name(), labels, s.values(), s.errors());
            }
        }
    }

    private static void style(AxesChartStyler styler, Theme theme) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        styler.setBaseFont(font)
                .setChartBackgroundColor(theme.background)
                .setPlotBackgroundColor(theme.background)
                .setChartFontColor(theme.text)
                .setLegendBackgroundColor(theme.background)
                .setLegendBorderColor(theme.grid)
                .setPlotBorderColor(theme.grid)
                .setLegendPosition(LegendPosition.OutsideS)
                .setSeriesColors(theme.series())
                .setLegendFont(font)
                .setAntiAlias(true);
        styler.setPlotGridLinesColor(theme.grid)
                .setAxisTickMarksColor(theme.grid)
                .setAxisTickLabelsColor(theme.text)
                .setAxisTickLabelsFont(font)
                .setAxisTitleFont(font)
                .setErrorBarsColorSeriesColor(true)
                .setYAxisDecimalPattern("#,##0.###");
        styler.setLegendLayout(LegendLayout.Horizontal);
    }
}
