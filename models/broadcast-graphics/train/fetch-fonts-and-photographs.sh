#!/bin/sh
# Unpacks the fonts and ten freely licensed photographs used for training into the folder given.
# Needs Debian's apt-get and dpkg; installs nothing. Licences are named in ../MODEL.md.
set -eu
out=${1:?usage: fetch-fonts-and-photographs.sh FOLDER}
mkdir -p "$out/packages" "$out/photographs"
out=$(cd "$out" && pwd)
cd "$out/packages"
apt-get download fonts-roboto-unhinted fonts-open-sans fonts-lato fonts-liberation fonts-dejavu-core \
  fonts-dejavu-extra fonts-cantarell fonts-inter fonts-comfortaa fonts-lobster fonts-bebas-neue fonts-quicksand \
  fonts-dseg fonts-vollkorn fonts-crosextra-carlito fonts-freefont-ttf fonts-clear-sans fonts-cabin fonts-play \
  fonts-urw-base35 lomiri-wallpapers-16.04
for package in fonts-*.deb; do dpkg -x "$package" "$out/fonts"; done
dpkg -x lomiri-wallpapers-16.04_*.deb "$out/wallpapers"
cd "$out/wallpapers/usr/share/backgrounds"
# Only those under CC0 1.0 or CC BY 4.0; the package holds others too.
cp Picture_0B_by_freespace.jpg Picture_1A_by_freespace.jpg Wine_by_Jakkub_Mede.jpg aitzgorri_by_Aitzol_Berasategi.jpg \
  friends_by_Aitzol_Berasategi.jpg life_by_Aitzol_Berasategi.jpg picosdeeuropa_by_Aitzol_Berasategi.jpg \
  seeding_by_Clements_Engelhardt.jpg sunset_by_Aitzol_Berasategi.jpg umang_by_Abhishek_Mudgal.jpg "$out/photographs"
