# Draws each column of a table, $table, over the first, both axes logarithmic.
set terminal svg size 640, 400 background "white"
set datafile separator "|"
set logscale xy
set format xy "%g"
set offsets graph 0.05, graph 0.05, graph 0.5, graph 0.05 # room for the names
set key left top noenhanced
set grid
# Okabe and Ito's colours, which everybody can tell apart.
array colours[7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
# A logarithmic axis has no zero.
positive(value) = value < 0.1 ? 0.1 : value
# The lines of a table begin and end with the separator.
stats $table using 2 nooutput
plot for [column = 3 : STATS_columns - 1] $table using 2 : (positive(column(column))) \
    with linespoints pointtype 7 linewidth 2 linecolor rgb colours[column - 2] title columnheader(column)
