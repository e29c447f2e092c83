"""Names of people: the frequent family names of many languages, in Latin letters, some in their own script too.

Within a language the first name of a list is the most frequent one, and the others follow as in a telephone book; where
most people have a name that few share, such names are put together from stems and ends.
"""

import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

# country of the document, share | given names | frequent family names (Latin=own script) | stems | ends, rare of 100
_LANGUAGES = """
DE 6|Anna Lukas Katharina Jonas Ursula Matthias Sabine Felix|Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Herrmann König Walter Huber Kaiser Fuchs Peters Scholz Jung Vogel Roth Beck Lorenz Baumann Franke Albrecht Schuster|Hagen Blum Eich Linden Rosen Stein Buch Falken Grün Ober Nieder Kirch Dorn Tann Wald Apfel|bach berg mann feld meier hauer stein thal 70
AT 3|Johanna Florian Magdalena Stefan Elisabeth Georg|Gruber Huber Bauer Wagner Müller Pichler Steiner Moser Mayer Hofer Leitner Berger Fuchs Eder Fischer Schmid Winkler Weber Schwarz Maier Reiter Schneider Mayr Schmidt Egger Brunner Lang Baumgartner Auer Wimmer Wolf Lechner Binder Aigner Ebner|Edlinger Haid Pös Kogl Rain Stock Tröst Zell Ober Unter Göst Schwaig Lind Hint Grab Pux|bauer egger hofer inger ner huber 60
GB 6|Oliver Emily Thomas Charlotte James Harriet William Alice|Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Harris Clark Turner Hill Moore Cooper Ward Watson Morris Bailey Khan Allen Carter Murphy Hughes Edwards Ahmed Marshall Ellis Fletcher|Ash Brad Hart Lang Thorn Whit Kings Oak Pem Stan Ald Had Cros Win Bex Rad Nor Ply|ford ley ton worth bury field well combe 70
US 8|Michael Jennifer David Lisa Robert Karen Daniel Megan|Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker|Ander Blank Cald Dun Gar Hollo Kirk Love Mac Pal Rey Stod Tal Vander Wes Zim|well ham berg land more ston way dorf 60
FR 5|Camille Julien Élodie Mathieu Aurélie Nicolas Chloé Étienne|Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Müller Henry Roussel Nicolas|Beau Champ Mont Roche Ville Font Clair Haut Per Val Cour Bel Gran Des Cass Tour|mont val court bois ville rieux lieu champs 70
ES 4|Lucía Javier Carmen Alejandro Marta Pablo Elena Sergio|García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez|Arri Eche Goi Iba Uri Zaba Mendi Beni Olaz Etxe Barri Cala Quin Villa Pala|zabal berri garay verría tegui lez 45
MX 4|Guadalupe José María Juan Fernanda Carlos Ximena Luis|Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Morales Vázquez Jiménez Reyes Díaz Torres Gutiérrez Ruiz Mendoza Aguilar Ortiz Moreno Castillo Romero Álvarez Méndez Chávez Rivera Juárez Ramos Domínguez Herrera Medina|Tla Xico Ayala Bárce Cisne Escá Luján Nava Olve Pinea Quiroz Tamez Urib Ville Zepe|ra da nas les rte gas 35
BR 5|Ana João Beatriz Pedro Larissa Rafael Juliana Gabriel|Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira Araújo|Alen Bitten Cavalc Drum Esteve Figuei Guima Linha Mene Paranh Quei Sampa Taques Vasconc|castro court anti ond redo rães zes 35
IT 3|Giulia Marco Francesca Alessandro Chiara Luca Sara Matteo|Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De·Luca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola|Bal Cam Del Fer Gua Lan Mal Pas Quar Sal Tri Ven Zan Bor Cec|dini panini zetti raro dolfi volta casa berti 70
PL 3|Agnieszka Paweł Katarzyna Piotr Magdalena Tomasz Joanna Michał|Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski|Bara Cicho Dob Gaw Hole Jasi Kuch Łuk Mar Ostro Pia Rut Soko Tom Urba|nowski wicz ński czyk siak lik 65
RU 4|Aleksandr Elena Dmitri Olga Sergei Tatiana Andrei Irina|Ivanov=Иванов Smirnov=Смирнов Kuznetsov=Кузнецов Popov=Попов Vasiliev=Васильев Petrov=Петров Sokolov=Соколов Mikhailov=Михайлов Novikov=Новиков Fedorov=Фёдоров Morozov=Морозов Volkov=Волков Alekseev=Алексеев Lebedev=Лебедев Semenov=Семёнов Egorov=Егоров Pavlov=Павлов Kozlov=Козлов Stepanov=Степанов Nikolaev=Николаев Orlov=Орлов Andreev=Андреев Makarov=Макаров Nikitin=Никитин Zakharov=Захаров|Bere=Бере Gus=Гус Zhura=Жура Kras=Крас Lob=Лоб Medve=Медве Ogor=Огор Rud=Руд Tikh=Тих Chern=Черн Shu=Шу Yako=Яко|zin=зин vlev=влев ov=ов nikov=ников dev=дев 55
UA 3|Oksana Andrii Nataliia Serhii Yuliia Oleksandr Iryna Taras|Melnyk=Мельник Shevchenko=Шевченко Kovalenko=Коваленко Bondarenko=Бондаренко Boiko=Бойко Tkachenko=Ткаченко Kravchenko=Кравченко Kovalchuk=Ковальчук Koval=Коваль Oliinyk=Олійник Shevchuk=Шевчук Polishchuk=Поліщук Bondar=Бондар Tkachuk=Ткачук Marchenko=Марченко Lysenko=Лисенко Rudenko=Руденко Savchenko=Савченко Petrenko=Петренко Moroz=Мороз Klymenko=Клименко|Hryts=Гриц Dov=Дов Yare=Яре Zaiche=Зайче Lev=Лев Onysh=Ониш Pana=Пана Rom=Ром Stets=Стец Fed=Фед Khom=Хом Tsymb=Цимб|enko=енко chuk=чук uk=ук alyuk=алюк 50
CN 7|Wei Fang Min Jing Lei Xiuying Yang Juan|Wang=王 Li=李 Zhang=张 Liu=刘 Chen=陈 Yang=杨 Huang=黄 Zhao=赵 Wu=吴 Zhou=周 Xu=徐 Sun=孙 Ma=马 Zhu=朱 Hu=胡 Guo=郭 He=何 Lin=林 Gao=高 Luo=罗 Zheng=郑 Liang=梁 Xie=谢 Song=宋 Tang=唐 Deng=邓 Han=韩 Feng=冯 Cao=曹 Peng=彭 Zeng=曾 Xiao=肖 Tian=田 Dong=董 Pan=潘 Yuan=袁 Cai=蔡 Jiang=蒋 Yu=余 Du=杜
KR 4|Minjun Seoyeon Jihoon Jiwoo Hyunwoo Soyoung Donghyun Eunji|Kim=김 Lee=이 Park=박 Choi=최 Jung=정 Kang=강 Cho=조 Yoon=윤 Jang=장 Lim=임 Han=한 Oh=오 Seo=서 Shin=신 Kwon=권 Hwang=황 Ahn=안 Song=송 Ryu=류 Hong=홍 Ko=고 Moon=문 Yang=양 Bae=배 Baek=백 Heo=허 Nam=남
JP 4|Haruto Yui Takashi Sakura Kenji Aiko Hiroshi Naoko|Sato=佐藤 Suzuki=鈴木 Takahashi=高橋 Tanaka=田中 Ito=伊藤 Watanabe=渡辺 Yamamoto=山本 Nakamura=中村 Kobayashi=小林 Kato=加藤 Yoshida=吉田 Yamada=山田 Sasaki=佐々木 Yamaguchi=山口 Matsumoto=松本 Inoue=井上 Kimura=木村 Hayashi=林 Shimizu=清水 Yamazaki=山崎 Mori=森 Abe=阿部 Ikeda=池田 Hashimoto=橋本 Ishikawa=石川 Ogawa=小川 Goto=後藤 Okada=岡田 Hasegawa=長谷川 Fujita=藤田
IN 7|Priya Rahul Anjali Amit Sunita Rajesh Kavita Arjun|Kumar Sharma Singh Gupta Patel Das Reddy Nair Verma Rao Mishra Yadav Iyer Jain Mehta Shah Joshi Pillai Banerjee Mukherjee Chatterjee Ghosh Bose Menon Naidu Prasad Choudhury Agarwal Desai Kulkarni Patil Bhat Shetty Thakur Saxena Srivastava Tiwari Pandey Dubey Chauhan|Bala Chakra Dhar Ganesa Hari Jaya Kala Lakshmi Murali Nara Parama Raja Sree Thiru Uma Venka|subramanian krishnan yanan swamy murthy raman kumar varman 45
PK 3|Ayesha Ali Fatima Usman Zainab Bilal Sana Hamza|Khan Ahmed Ali Hussain Malik Butt Iqbal Shah Raza Mahmood Akhtar Bibi Qureshi Chaudhry Siddiqui Javed Aslam Nawaz Rehman Mirza Baig Ansari Abbasi Bhatti Awan Saeed Farooq Hashmi|Bukh Dur Gill Jat Kaz Lodh Mem Noon Pira Sheik Tareen Wattoo Zaid Khok|ari rani ani mi 40
EG 3|Mona Ahmed Hala Mostafa Nour Karim Yasmin Omar|Mohamed=محمد Ahmed=أحمد Ali=علي Hassan=حسن Mahmoud=محمود Ibrahim=إبراهيم Hussein=حسين Mostafa=مصطفى Abdelrahman=عبدالرحمن Khalil=خليل Said=سعيد Youssef=يوسف Salem=سالم Fathy=فتحي Osman=عثمان Farouk=فاروق Mansour=منصور Gamal=جمال Sayed=سيد Fouad=فؤاد
NG 4|Chinedu Ngozi Oluwaseun Aisha Emeka Funmilayo Musa Amaka|Okafor Ibrahim Adeyemi Musa Okonkwo Eze Abubakar Mohammed Ogunleye Balogun Nwosu Okoro Adebayo Bello Usman Chukwu Obi Afolabi Oladipo Sani Lawal Nwachukwu Olawale Yusuf Danjuma Onyeka Uche Ekwueme Adewale|Ade Ako Babat Chi Ebu Fash Ige Ikpe Ilo Nna Oge Olu Onwu Tem Ude Zub|wale ola unde ka ji niran eze bi 60
ZA 2|Thandi Sipho Johan Lerato Pieter Nomsa Willem Zanele|Dlamini Nkosi Botha Naidoo Van·der·Merwe Ndlovu Mokoena Khumalo Pretorius Mthembu Smith Mahlangu Govender Venter Zulu Sithole Fourie Nel Molefe Coetzee Pillay Mkhize Jacobs Du·Plessis
TR 3|Ayşe Mehmet Elif Mustafa Zeynep Emre Fatma Burak|Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Acar Yavuz Aksoy Güneş|Ak Bay Can Deniz Er Gül Has Kar Oğ Sar Tan Uz Var Yel Zor|soy tekin türk man er lu demir gil 60
NL 2|Sanne Daan Femke Bram Lotte Thijs Anouk Sjoerd|De·Jong Jansen De·Vries Van·den·Berg Bakker Van·Dijk Visser Smit Meijer De·Boer Mulder De·Groot Bos Vos Peters Hendriks Van·Leeuwen Dekker Brouwer De·Wit Dijkstra Smits De·Graaf Van·der·Meer|Brug Diepen Groen Hoog Kool Linden Oost Rooij Steen Veld Water Zand Bloem Eijk Noord|stra ers huis berg veld hof kamp man 60
SE 2|Erik Elsa Lars Ingrid Nils Karin Gustav Maja|Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Axelsson Berg|Ahl Berg Dahl Ek Fors Grön Hag Lund Norr Rosen Sjö Sten Töm Wall Ång|ström berg man kvist lund gren qvist dahl 60
FI 2|Juha Aino Mikko Helmi Antti Sofia Timo Eeva|Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Salo Laitinen Tuominen Rantanen Karjalainen|Aho Eskol Hakka Ilmo Kaup Leppä Miet Ojal Pelto Räsä Suom Tiai Uusi Vain Ylö|nen la mäki inen niemi 60
GR 2|Eleni Giorgos Maria Dimitris Katerina Nikos Sofia Kostas|Papadopoulos=Παπαδόπουλος Vlachos=Βλάχος Angelopoulos=Αγγελόπουλος Nikolaidis=Νικολαΐδης Georgiou=Γεωργίου Petridis=Πετρίδης Athanasiou=Αθανασίου Dimitriou=Δημητρίου Papadakis=Παπαδάκης Pappas=Παππάς Karagiannis=Καραγιάννης Makris=Μακρής Konstantinou=Κωνσταντίνου Samaras=Σαμαράς
VN 3|Anh Minh Huong Tuan Lan Duc Thao Hung|Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Trịnh Đinh Lâm
ID 3|Siti Budi Dewi Agus Putri Rizki Ayu Eko|Wijaya Santoso Setiawan Hidayat Susanto Kurniawan Saputra Nugroho Siregar Lestari Gunawan Wibowo Pratama Suryadi Nasution Rahayu Halim Utomo Purnomo Sitompul Harahap Ginting|Aditya Baskoro Cahya Darma Firman Hari Irawan Kusu Mahar Oktav Pura Raha Surya Tanu Wira|wan di to ma nata syah 55
"""  # noqa: E501  one language a line


@dataclass(frozen=True)
class Name:
    """``native`` is empty where the own script is Latin."""

    given: str
    family: str
    native: str
    country: str


@dataclass(frozen=True)
class _Language:
    """``rare``: of a hundred people, how many have a name of ``stems`` and ``ends`` that few others have."""

    country: str
    share: int
    given: list[str]
    families: list[tuple[str, str]]
    frequent: list[float]
    stems: list[tuple[str, str]]
    ends: list[tuple[str, str]]
    rare: int


def _pairs(text: str) -> list[tuple[str, str]]:
    """(in Latin letters, in the language's own) of each; blanks within one are written as dots."""
    return [(latin.replace("·", " "), own) for latin, _sign, own in (one.partition("=") for one in text.split())]


def _language(line: str) -> _Language:
    head, given, families, *tail = line.split("|")
    country, share = head.split()
    known = _pairs(families)
    stems, ends = tail if tail else ("", "0")
    *ends, rare = ends.split()
    frequent = list(accumulate((place + 1) ** -0.8 for place in range(len(known))))
    return _Language(
        country, int(share), given.split(), known, frequent, _pairs(stems), _pairs(" ".join(ends)), int(rare)
    )


_ALL = [_language(line) for line in _LANGUAGES.strip().splitlines()]
_SHARES = list(accumulate(one.share for one in _ALL))


def name(luck: random.Random) -> Name:
    """Somebody's name; one in twelve has a family name of two."""
    own = _ALL[bisect(_SHARES, luck.random() * _SHARES[-1])]
    family, native = _family(own, luck)
    if luck.random() < 1 / 12 and not native:
        family = f"{family}{'-' if own.country in ('DE', 'GB', 'FR') else ' '}{_family(own, luck)[0]}"
    return Name(luck.choice(own.given), family, native, own.country)


def _family(own: _Language, luck: random.Random) -> tuple[str, str]:
    if luck.random() * 100 < own.rare:
        (stem, mine), (end, its) = luck.choice(own.stems), luck.choice(own.ends)
        return stem + end, mine + its
    return own.families[bisect(own.frequent, luck.random() * own.frequent[-1])]
